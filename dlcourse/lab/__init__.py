"""The lab: widgets to play with, in JupyterLab and on a page with no kernel.

Each takes plain arguments, is shown as a cell's last line, and stands as a picture with its text
where no front end runs. `to_html` and `save_page` write one that needs neither kernel nor network.
"""

from dlcourse.lab.circuit import circuit
from dlcourse.lab.descent import descent
from dlcourse.lab.noise import gradient_noise
from dlcourse.lab.page import save_page, to_html
from dlcourse.lab.schedule import schedule
from dlcourse.lab.signal import signal
from dlcourse.lab.stopping import stopping

__all__ = [
    "circuit",
    "descent",
    "gradient_noise",
    "save_page",
    "schedule",
    "signal",
    "stopping",
    "to_html",
]
