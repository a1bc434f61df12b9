"""`make bench`: every benchmark that takes seconds or minutes, one after the other."""

from benchmarks import advice, outbox, planning, serving

if __name__ == "__main__":
    advice.main()
    serving.main()
    planning.main()
    outbox.main()
