"""The lab: widgets to play with, in JupyterLab and on a page with no kernel."""
