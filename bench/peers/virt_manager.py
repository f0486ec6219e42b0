#!/usr/bin/python3
"""Starts the installed virt-manager, unchanged but for marks of time, and prints each mark as it comes.

  virt_manager.py ROWS [virt-manager's own arguments]

Lines: 'mapped T' when its window first shows; 'painted T' after the first frame that is drawn with ROWS rows in the
list. T is CLOCK_MONOTONIC in seconds, the clock of whoever started it.
"""
import sys
import time

ROWS = int(sys.argv[1])
sys.path.insert(0, '/usr/share/virt-manager')
sys.argv = ['virt-manager', '--no-fork', *sys.argv[2:]]

import gi  # noqa: E402

gi.require_version('Gtk', '3.0')


def mark(name):
    print(f'{name} {time.monotonic():.6f}', flush=True)


class Watch:
    """Counts the rows and listens to the window's frame clock."""

    def __init__(self):
        self.rows = 0
        self.painted = False
        self.window = None

    def mapped(self, window):
        if self.window is not None:
            return
        self.window = window
        mark('mapped')
        window.get_frame_clock().connect('after-paint', self.after_paint)
        window.queue_draw()

    def row_added(self):
        self.rows += 1
        if self.rows == ROWS and self.window is not None:
            self.window.queue_draw()

    def after_paint(self, _clock):
        if not self.painted and self.rows >= ROWS:
            self.painted = True
            mark('painted')


def put_marks():
    from virtManager.manager import vmmManager

    watch = Watch()
    make, add = vmmManager.__init__, vmmManager.vm_added

    def marked_make(self, *args, **kwargs):
        make(self, *args, **kwargs)
        self.topwin.connect('map-event', lambda window, _event: watch.mapped(window))

    def marked_add(self, conn, machine):
        result = add(self, conn, machine)
        watch.row_added()
        return result

    vmmManager.__init__, vmmManager.vm_added = marked_make, marked_add


from virtManager import virtmanager  # noqa: E402

import_gtk = virtmanager._import_gtk


def import_gtk_then_mark(leftovers):
    result = import_gtk(leftovers)
    put_marks()
    return result


virtmanager._import_gtk = import_gtk_then_mark
virtmanager.runcli()
