import sys, threading, traceback, pytest
def dump():
    with open("/tmp/dump.txt","a") as f:
        names={t.ident:t.name for t in threading.enumerate()}
        for i,fr in sys._current_frames().items():
            if "waitress" in names.get(i,""): continue
            f.write(f"--- {names.get(i)}\n"); traceback.print_stack(fr,file=f)
@pytest.mark.parametrize("n", range(4))
def test_so(over_socket, n):
    over_socket.anna.opens()
    t=threading.Timer(3, dump); t.daemon=True; t.start()
