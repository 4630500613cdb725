# BILLRUN - monthly phone bills. Do not touch, nobody knows how it works.
# 12/98 kd: roaming   03/01 kd: hotline numbers free   07/04 pm: rounding again   ?? who added EXTRA
# ruff: noqa
# fmt: off
import os, sys

RATE = {'L': 3, 'N': 11, 'R': 49}
FREE = ['0800', '112']
EXTRA = None
CUST = {}
ERR = []
lineno = 0
CURR = 'EUR'


def err(txt, *a):
    global ERR
    ERR.append('line %d: ' % lineno + txt % a)
    if len(ERR) > 3:
        raise SystemExit('too many errors, see ' + FILE)


def rd(f):
    global lineno, EXTRA, FILE
    FILE = f
    lineno = 0
    fh = open(f)
    for l in fh:
        lineno = lineno + 1
        l = l.split('#')[0].rstrip()
        if not l: continue
        if l[0] == '*':
            do_ctl(l[1:])
            continue
        rec = fld(l)
        if rec is None:
            err('bad record %r', l)
            continue
        if not CUST.has_key(rec[0]) if hasattr(CUST, 'has_key') else rec[0] not in CUST:
            CUST[rec[0]] = []
        CUST[rec[0]].append(rec[1:])
    fh.close()


def do_ctl(c):
    global EXTRA, CURR
    k, v = c.split('=')
    if k == 'EXTRA': EXTRA = int(v)
    elif k == 'CURR': CURR = v
    else: err('unknown control %s', k)


def fld(l):
    def num(s):
        try: return int(s)
        except: return -1

    def kind(no):
        for p in FREE:
            if no[:len(p)] == p: return 'F'
        if no[0] == '+': return 'R'
        if no[0] == '0': return 'N'
        return 'L'

    p = l.split(';')
    if len(p) != 3: return None
    secs = num(p[2])
    if secs < 0: return None
    return p[0], kind(p[1]), secs


def mins(s, _x=60):
    m = s // _x
    if s % _x: m = m + 1
    return m


def calc(c):
    t = 0
    for k, s in CUST[c]:
        if k == 'F': continue
        t = t + mins(s) * RATE[k]
    if EXTRA: t = t + EXTRA
    return t


class Bill:
    no = 1000

    def __init__(s, c):
        Bill.no = Bill.no + 1
        s.no, s.c, s.t = Bill.no, c, calc(c)

    def fmt(s):
        def money(x): return '%d.%02d %s' % (x / 100, x % 100, CURR)
        return '%d %-8s %s' % (s.no, s.c, money(s.t))


def main(argv):
    global CUST, ERR
    CUST, ERR = {}, []
    Bill.no = 1000
    rd(argv[1])
    out = map(lambda c: Bill(c).fmt(), sorted(CUST.keys()))
    return list(out) + ERR


if __name__ == '__main__':
    print('\n'.join(main(sys.argv)))
