"""Ways to write a forbidden address, and ways to lead a harvester to it."""

import csv
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address, ip_network

from harvester.fetch.dial import why_forbidden


def ends_of(version: int) -> list[int]:
    """First, middle and last address of every forbidden row, as numbers."""
    text = files("harvester").joinpath(f"data/iana-special-ipv{version}.csv").read_text("utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["reachable"] != "yes"]
    found: dict[int, None] = {}
    for row in rows:
        block = ip_network(row["block"])
        first, size = int(block.network_address), block.num_addresses
        found |= dict.fromkeys((first, first + size // 2, first + size - 1))
    make = IPv4Address if version == 4 else IPv6Address
    # ::/0 and the embedding blocks hold public addresses as well: their own judge decides.
    return [number for number in found if why_forbidden(str(make(number)))]


def spellings_of_4(number: int) -> list[str]:
    a, b, c, d = number.to_bytes(4)
    high, low = number >> 16, number & 0xFFFF
    circled = "".join(
        chr(0x2460 + int(x) - 1) if x in "123456789" else x for x in f"{a}.{b}.{c}.{d}"
    )
    wide = "".join(chr(ord(x) + 0xFEE0) for x in f"{a}.{b}.{c}.{d}")
    return [
        f"{a}.{b}.{c}.{d}", f"{a}.{b}.{c}.{d}.", str(number), f"0x{number:x}", f"0{number:o}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{low}", f"0x{a:X}.{b}.0{low:o}",
        f"[::ffff:{a}.{b}.{c}.{d}]", f"[::ffff:{high:x}:{low:x}]", f"[::{high:x}:{low:x}]",
        f"[64:ff9b::{high:x}:{low:x}]", f"[2002:{high:x}:{low:x}::1]",
        f"[2001:0:{high:x}:{low:x}::1]", f"[2a01::5efe:{high:x}:{low:x}]",
        f"[2a01::200:5efe:{high:x}:{low:x}]", f"public.example@{a}.{b}.{c}.{d}",
        f"public.example\\@{a}.{b}.{c}.{d}", f"%{ord(str(a)[0]):x}{str(a)[1:]}.{b}.{c}.{d}",
        circled, wide, f"{a}。{b}。{c}。{d}",
    ]  # fmt: skip


def spellings_of_6(number: int) -> list[str]:
    address = IPv6Address(number)
    return [f"[{address}]", f"[{address.exploded}]", f"[{str(address).upper()}]",
            f"[{address}%25lo]", f"[{address}%lo]", f"public.example@[{address}]"]  # fmt: skip


HOSTS = [h for n in ends_of(4) for h in spellings_of_4(n)]
HOSTS += [h for n in ends_of(6) for h in spellings_of_6(n)]
FEW = [h for n in (0x7F000001, 0xA9FEA9FE, 0x0A000001) for h in spellings_of_4(n)]
FEW += [h for n in (1, int(IPv6Address("fe80::1")), int(IPv6Address("fd00::1")))
        for h in spellings_of_6(n)]  # fmt: skip

# Each spelling once, the numbers taking turns: every document costs a parse.
EACH = [spellings_of_4((0x7F000001, 0xA9FEA9FE, 0x0A000001)[i % 3])[i] for i in range(24)]
EACH += spellings_of_6(1)

LINK = "http://{}:{}/secret"
FEED = """@prefix tree: <https://w3id.org/tree#> . @prefix ldes: <https://w3id.org/ldes#> .
<#s> a ldes:EventStream ; tree:view </start> .
</start> a tree:Node ; tree:relation [ a tree:Relation ; tree:node <{}> ] ."""
CATALOGUE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
<#d> a dcat:Dataset ; dcat:distribution [ a dcat:Distribution ;
 dcat:mediaType <https://www.iana.org/assignments/media-types/text/turtle> ;
 dcat:downloadURL <{}> ] ."""
CONTEXT = '{{"@context": "{}", "@id": "http://a.example/x", "name": "x"}}'
IMPORT = '{{"@context": {{"@import": "{}", "@version": 1.1}}, "@id": "http://a.example/x"}}'
ENTITY = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{}">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>"""
DOCTYPE = """<?xml version="1.0"?><!DOCTYPE r SYSTEM "{}">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{}</loc></url></urlset>"""
VECTORS = {
    "tree:node": ("feed", FEED, "text/turtle"),
    "DCAT downloadURL": ("dcat", CATALOGUE, "text/turtle"),
    "JSON-LD context": ("dump", CONTEXT, "application/ld+json"),
    "JSON-LD import": ("dump", IMPORT, "application/ld+json"),
    "RDF/XML entity": ("dump", ENTITY, "application/rdf+xml"),
    "RDF/XML DOCTYPE": ("dump", DOCTYPE, "application/rdf+xml"),
    "sitemap": ("sitemap", SITEMAP, "application/xml"),
    "redirect": ("dump", "", ""),
}
