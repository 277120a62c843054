"""The notices' own font set: built from Debian packages, one metric, found by one file.

`building.build` draws every face anew under a name of its own ("Gw Fang" …), so that no font that
happens to be installed on a machine can change a page. A set lies in a folder named by its
version, a digest of the inputs and of this builder; documents keep the version they were made with.
"""
