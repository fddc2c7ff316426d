"""`python -m console.demo.network`."""

from console.demo.network.engine import serve
from console.demo.service import run

if __name__ == "__main__":
    run("network", share=0.2, work=serve)
