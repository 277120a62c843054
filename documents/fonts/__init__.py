"""The notices' own font set: fetched from Debian packages, given one metric, found by one file.

Every face is copied into ``settings.FONTS_DIR`` under a name of its own ("Gw Fang" …), so that no
font that happens to be installed on a machine can change a page.
"""
