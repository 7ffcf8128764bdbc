"""What a submission tries, each between two honest ones: it loots what it can get.

Each text is an answer that leaves in `loot` what it got; the check wants an empty list. Words in
capitals are replaced: by paths of the key, of another submission and so on.
"""

from __future__ import annotations

ATTEMPT = """
loot = []

def attempt(what, act):
    try:
        got = act()
    except BaseException:
        got = None
    if got:
        loot.append(what)
"""

HOSTILE: dict[str, str] = {
    "writes_into_pipes": """
import glob, json
forged = json.dumps({"question": {"name": "loot", "possible": 1, "by_hand": False, "points": 1,
                                  "state": "right", "messages": [], "text": ""}}).encode() + b"\\n"
for descriptor in glob.glob("/proc/*/fd/*") + [f"/proc/GRADER/fd/{n}" for n in range(20)]:
    try:
        with open(descriptor, "wb", buffering=0) as pipe:
            pipe.write(forged)
    except OSError:
        pass
""",
    "signals_others": """
import os, resource, signal
def signalled(pid):
    os.kill(pid, 0)
    return True
def stopped(pid):
    signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGSTOP)
    return True
def limited(pid):
    resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))
    return True
for pid in (GRADER, *range(3, 400)):
    if pid != os.getpid():
        attempt(f"kill {pid}", lambda: signalled(pid))
        attempt(f"pidfd {pid}", lambda: stopped(pid))
        attempt(f"prlimit {pid}", lambda: limited(pid))
for number in (signal.SIGKILL, signal.SIGSTOP):
    os.kill(os.getppid(), number)  # the first process of its own small world, which is immune
attempt("kill all", lambda: os.kill(-1, signal.SIGKILL))
""",
    "waits_at_a_named_pipe": "import os\nos.mkfifo('pipe')\nopen('pipe').read()",
    "uses_open_folders": """
import os
root = os.open("/", os.O_RDONLY)
for path in (KEY, CLASSMATE, REPORT, PACKAGE):
    below = path.lstrip("/")
    attempt(f"read {path}", lambda: path != PACKAGE and os.open(below, os.O_RDONLY, dir_fd=root))
    attempt(f"write {path}", lambda: os.open(below, os.O_WRONLY | os.O_CREAT, dir_fd=root))
    attempt(f"chmod {path}", lambda: os.chmod(below, 0o777, dir_fd=root) or True)
    attempt(f"rename {path}", lambda: os.rename(below, below + "x", src_dir_fd=root,
                                                dst_dir_fd=root) or True)
    attempt(f"remove {path}", lambda: os.remove(below, dir_fd=root) or True)
    attempt(f"link {path}", lambda: os.link(below, "mine", src_dir_fd=root) or True)
for folder in ("/", "/usr", "/etc", "/dev", "/dev/shm", "/proc/sys/kernel", "/submission"):
    attempt(f"write into {folder}", lambda: open(f"{folder}/new", "w"))
""",
    "reads_what_lies_beside": """
import glob, os, pathlib
for path in (KEY, SOURCE, CHECKPOINT, CLASSMATE, REPORT, HOME + "/.ssh", "/etc/passwd", "/root",
             "/home", "/var", "/mnt", "/sys"):
    attempt(f"read {path}", lambda: open(path).read())
    attempt(f"list {path}", lambda: [n for n in os.listdir(path) if n not in SEEN])
attempt("notebooks", lambda: glob.glob("/tmp/**/*.ipynb", recursive=True)[1:])
attempt("folders", lambda: sorted(set(os.listdir("/")) - {*SEEN, "submission"}))
os.symlink(KEY, "link")
attempt("link", lambda: pathlib.Path("link").read_text())
""",
    "asks_libraries_for_files": """
import ctypes, readline, sqlite3
import h5py
attempt("h5py", lambda: h5py.File(CLASSMATE, "a"))
attempt("h5py reads", lambda: h5py.File(KEY, "r", driver="core"))
attempt("readline", lambda: readline.write_history_file(CLASSMATE) or True)
attempt("readline reads", lambda: readline.read_history_file(KEY) or True)
attempt("sqlite", lambda: sqlite3.connect(REPORT + ".db").execute("create table t (x)"))
libc = ctypes.CDLL(None)
attempt("libc", lambda: libc.open(KEY.encode(), 0) >= 0)
attempt("libc writes", lambda: libc.open(CLASSMATE.encode(), 0o101, 0o600) >= 0)
attempt("mount", lambda: libc.mount(b"none", b"/submission", b"tmpfs", 0, None) == 0)
attempt("unshare", lambda: libc.unshare(0x10000000) == 0)
""",
    "asks_tensorflow_for_files": """
attempt("reads", lambda: tf.io.read_file(KEY))
attempt("removes", lambda: tf.io.gfile.rmtree(REPORT) or True)
attempt("writes", lambda: tf.io.write_file(CLASSMATE, "{}"))  # into a memory of its own
""",
    "starts_processes": """
import ctypes, multiprocessing, os, pty, subprocess
from joblib.externals import loky
def child(act):
    return lambda: act() != -1
attempt("fork", lambda: os.fork() >= 0)
attempt("spawn", lambda: os.posix_spawn("/usr/bin/true", ["true"], {}))
attempt("pty", lambda: pty.fork())
attempt("system", lambda: os.system("true") == 0)
attempt("run", lambda: subprocess.run(["true"]))
for method in ("fork", "spawn", "forkserver"):
    attempt(method, lambda: multiprocessing.get_context(method).Process(target=print).start() or 1)
attempt("loky", lambda: loky.get_reusable_executor(1, timeout=2).submit(len, "four").result(2))
libc = ctypes.CDLL(None)
attempt("libc", child(libc.fork))
attempt("vfork", child(lambda: libc.syscall(58)))
attempt("clone", child(lambda: libc.syscall(56, 17, 0, 0, 0, 0)))
attempt("clone3", child(lambda: libc.syscall(435, ctypes.create_string_buffer(64), 64)))
attempt("x32 fork", child(lambda: libc.syscall(0x40000000 + 57)))
""",
    "wants_to_stay": """
import ctypes, os, signal, threading, time
for number in range(1, 65):
    attempt(f"ignore {number}", lambda: signal.signal(number, signal.SIG_IGN) and False)
libc = ctypes.CDLL(None)
libc.prctl(1, 0, 0, 0, 0)  # not to end with its parent
os.setsid() if os.getpid() != os.getsid(0) else None
for _ in range(20):
    threading.Thread(target=time.sleep, args=(600,)).start()
import atexit
atexit.register(time.sleep, 600)
""",
    "reads_the_memory_of_others": """
import ctypes
libc = ctypes.CDLL(None)
for pid in ("GRADER", 1, 3, 4):
    attempt(f"maps {pid}", lambda: pid != 1 and open(f"/proc/{pid}/maps").read())
    attempt(f"ptrace {pid}", lambda: libc.ptrace(16, int(pid), 0, 0) == 0 and pid != 1)
""",
    "reads_the_environment": """
import glob, os
attempt("environ", lambda: "SECRET" in str(os.environ))
for path in ["/proc/GRADER/environ", *glob.glob("/proc/*/environ")]:
    attempt(path, lambda: b"SECRET" in open(path, "rb").read())
attempt("names", lambda: sorted(set(os.environ) - KNOWN))
""",
    "calls_home": """
import asyncio, http.client, socket, urllib.request
for host in ("127.0.0.1", "localhost", "10.0.2.2", "192.0.2.1", "example.org"):
    attempt(f"tcp {host}", lambda: socket.create_connection((host, PORT), timeout=1))
    attempt(f"http {host}", lambda: urllib.request.urlopen(f"http://{host}:PORT/", timeout=1))
    datagrams = socket.socket(type=socket.SOCK_DGRAM)
    attempt(f"udp {host}", lambda: datagrams.sendto(b"x", (host, PORT)) and False)
attempt("dns", lambda: socket.getaddrinfo("example.org", 80))
attempt("asyncio", lambda: asyncio.run(asyncio.open_connection("127.0.0.1", PORT)))
def unix(address):
    socket.socket(socket.AF_UNIX).connect(address)
    return True
attempt("unix", lambda: unix(LOCAL_PATH))
attempt("abstract", lambda: unix("\\0" + LOCAL_PATH))
attempt("interfaces", lambda: [name for _, name in socket.if_nameindex() if name != "lo"])
""",
    "patches_the_checks": """
import builtins, gc, json, sys
import numpy as np
import dlcourse.assignment.grading.examiner as examiner
examiner.Examiner._close = lambda *values: None
builtins.AssertionError = type("Never", (BaseException,), {})
np.isclose = np.allclose = np.array_equal = lambda *values, **options: True
for each in gc.get_objects():
    if isinstance(each, dict) and "points" in each:
        each["points"] = 100
frame = sys._getframe()
while frame:
    frame.f_locals.update(points=100, possible=100)
    frame = frame.f_back
answer = 42.0
for cell in getattr(examiner.main, "__closure__", None) or ():
    cell.cell_contents = None
""",
    "fills_the_disk": """
written = 0
try:
    for number in range(40):
        with open(f"big-{number}", "wb") as file:
            written += file.write(bytes(100_000_000))
except OSError:
    pass
attempt("disk", lambda: written > 1.1e9)
""",
    "starts_threads_for_ever": """
import threading, time
try:
    for _ in range(100_000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
except BaseException:
    pass
""",
}

# State, points and words of the message of the question, where the attack does not merely fail.
STOPPED = ("stopped", 0, "it handed out what is no answer, or far too large, and was ended")
OUTCOMES = {
    "writes_into_pipes": STOPPED,
    "waits_at_a_named_pipe": ("timed out", 0, "it took too long and was ended"),
}
