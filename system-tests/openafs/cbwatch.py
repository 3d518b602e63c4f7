#!/usr/bin/env python3
"""cbwatch.py IFACE SECONDS: print the callback calls that a file server (port 7000) sends, read off the wire.

Needs root (a packet socket). The first line says that the watch has begun; then one line a call: time, server, client,
procedure, and for CallBack its fids too."""
import socket
import struct
import sys
import time

NAMES = {
    204: "CallBack", 205: "InitCallBackState", 206: "Probe", 207: "GetLock", 208: "GetCE", 209: "XStatsVersion",
    210: "GetXStats", 211: "InitCallBackState2", 212: "WhoAreYou", 213: "InitCallBackState3", 214: "ProbeUuid",
    215: "GetServerPrefs", 216: "GetCellServDB", 217: "GetLocalCell", 218: "GetCacheConfig", 65536: "GetCellByNum",
    65538: "TellMeAboutYourself",
}
FILE_SERVER_PORT, CALLBACK_SERVICE, DATA, CLIENT_INITIATED = 7000, 1, 1, 1
MOST_FIDS_SHOWN = 4


def describe(frame, seen):
    """The line for a frame that begins a callback call not in seen, else None."""
    if frame[12:14] != b"\x08\0" or frame[23] != socket.IPPROTO_UDP:
        return None
    header = (frame[14] & 15) * 4
    source, target = (socket.inet_ntoa(frame[14 + at:18 + at]) for at in (12, 16))
    udp = frame[14 + header:]
    source_port, target_port = struct.unpack(">HH", udp[:4])
    packet = udp[8:]
    if source_port != FILE_SERVER_PORT or len(packet) < 32:
        return None
    epoch, connection, call, sequence, _, kind, flags, _, _, _, service = struct.unpack(">IIIIIBBBBHH", packet[:28])
    if kind != DATA or sequence != 1 or not flags & CLIENT_INITIATED or service != CALLBACK_SERVICE:
        return None
    key = (epoch, connection, call)
    if key in seen:
        return None
    seen.add(key)
    procedure = struct.unpack(">I", packet[28:32])[0]
    fids = ""
    if procedure == 204 and len(packet) >= 36:
        count = struct.unpack(">I", packet[32:36])[0]
        shown = min(count, MOST_FIDS_SHOWN, (len(packet) - 36) // 12)
        fids = f" {count} fids " + " ".join(
            ".".join(map(str, struct.unpack_from(">III", packet, 36 + 12 * i))) for i in range(shown))
    return f"{source} -> {target}:{target_port} {NAMES.get(procedure, procedure)}{fids}"


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind((sys.argv[1], 0))
    print("watching", sys.argv[1], flush=True)
    end, seen = time.monotonic() + float(sys.argv[2]), set()
    while (left := end - time.monotonic()) > 0:
        wire.settimeout(left)
        try:
            line = describe(wire.recv(65536), seen)
        except TimeoutError:
            break
        if line:
            print(time.strftime("%H:%M:%S"), line, flush=True)


if __name__ == "__main__":
    main()
