"""`make bench`: every benchmark, one after the other."""

from benchmarks import advice, serving

if __name__ == "__main__":
    advice.main()
    serving.main()
