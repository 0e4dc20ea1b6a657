"""The Atom feed of the department's search page, as GOV.UK writes it. Pure."""

from collections.abc import Iterable
from html import escape

from monitor.demo.publications import DEPARTMENT, SLUG, Publication

PATH = "/search/news-and-communications.atom"
TARGET = f"{PATH}?organisations[]={SLUG}"


def feed(publications: Iterable[Publication], site: str) -> str:
    """The Atom feed of the department's search page: the publicly updated last come first."""
    ordered = sorted(publications, key=lambda publication: publication.public_updated_at, reverse=True)
    updated_at = ordered[0].public_updated_at if ordered else "2026-01-01T00:00:00.000+00:00"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">
  <id>tag:{site.partition("//")[2]},2005:/search/news-and-communications</id>
  <link rel="alternate" type="text/html" href="{site}"/>
  <link rel="self" type="application/atom+xml" href="{site}{TARGET}"/>
  <title>News and communications from {DEPARTMENT}</title>
  <updated>{updated_at}</updated>
  <author>
    <name>HM Government</name>
  </author>
{"".join(_entry(publication, site) for publication in ordered)}</feed>
"""


def _entry(publication: Publication, site: str) -> str:
    return f"""  <entry>
    <id>tag:{site.partition("//")[2]},2005:{publication.path}</id>
    <updated>{publication.public_updated_at}</updated>
    <link rel="alternate" type="text/html" href="{site}{publication.path}"/>
    <title>{escape(publication.title)}</title>
    <summary type="html">{escape(publication.lead)}</summary>
  </entry>
"""
