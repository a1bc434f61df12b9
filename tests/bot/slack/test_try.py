import pytest, threading
@pytest.mark.parametrize("n", range(8))
def test_so(over_socket, n):
    over_socket.anna.opens()
@pytest.mark.parametrize("n", range(4))
def test_sx(over_socket, n):
    pass
def test_th():
    print([t.name for t in threading.enumerate()])
