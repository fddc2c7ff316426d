"""`python -m console.demo.server`."""

from console.demo.server.app import serve
from console.demo.service import run

if __name__ == "__main__":
    run("server", share=0.64, work=serve)
