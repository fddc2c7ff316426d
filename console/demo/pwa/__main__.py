"""`python -m console.demo.pwa`."""

from console.demo.pwa.client import serve
from console.demo.service import run

if __name__ == "__main__":
    run("pwa", share=0.16, work=serve)
