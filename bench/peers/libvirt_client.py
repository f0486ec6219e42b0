#!/usr/bin/python3
"""The C client of libvirt, driven from Python: the peer of the rows rpc-* and fleet-*.

Reads one JSON object a line: {"op": NAME, …}; answers each with one JSON line
{"seconds": wall time, "cpuSeconds": of this process, "calls": how many, "peakMiB": of its memory}. One process serves
all passes, so that ours and this one can take turns.

  {"op": "open", "uri": URI}            once, first
  {"op": "sequential", "calls": N}      getLibVersion, one after the other
  {"op": "pool", "calls": N, "threads": T}     the same by a pool of threads, a task a call
  {"op": "threads", "calls": N, "threads": T}  the same by threads that each make their share in a loop
  {"op": "fleet", "threads": T}         list, state and statistics, XML of every domain; T = 1: one after the other
"""
import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import libvirt

libvirt.registerErrorHandler(lambda *_: None, None)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_mib():
    # Not getrusage: its figure begins with what the parent had when it forked.
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmHWM:')) / 1024


def sequential(connection, wanted):
    for _ in range(wanted['calls']):
        connection.getLibVersion()
    return wanted['calls']


def threads(connection, wanted):
    share = wanted['calls'] // wanted['threads']

    def work(_):
        for _ in range(share):
            connection.getLibVersion()

    with ThreadPoolExecutor(wanted['threads']) as pool:
        list(pool.map(work, range(wanted['threads'])))
    return share * wanted['threads']


def pool(connection, wanted):
    with ThreadPoolExecutor(wanted['threads']) as executor:
        return sum(1 for _ in executor.map(lambda _: connection.getLibVersion(), range(wanted['calls'])))


def fleet(connection, wanted):
    domains = connection.listAllDomains(0)
    connection.getAllDomainStats(0)

    def describe(domain):
        domain.state()
        return len(domain.XMLDesc(0))

    if wanted['threads'] == 1:
        for domain in domains:
            describe(domain)
    else:
        with ThreadPoolExecutor(wanted['threads']) as pool:
            list(pool.map(describe, domains))
    return len(domains)


OPERATIONS = {'sequential': sequential, 'pool': pool, 'threads': threads, 'fleet': fleet}


def main():
    connection = None
    for line in sys.stdin:
        wanted = json.loads(line)
        started, cpu_before = time.perf_counter(), cpu_seconds()
        if wanted['op'] == 'open':
            connection, calls = libvirt.open(wanted['uri']), 1
        else:
            calls = OPERATIONS[wanted['op']](connection, wanted)
        answer = {
            'seconds': time.perf_counter() - started,
            'cpuSeconds': cpu_seconds() - cpu_before,
            'calls': calls,
            'peakMiB': peak_mib(),
        }
        print(json.dumps(answer), flush=True)


main()
