"""Reports: what was asked, what was found, who gains and who loses, and how to make it again.

content     what a report consists of, in one language: numbers, tables, pictures, words
page        one self-contained HTML file: figures inline, the font it needs inside, no outside request
sheet       a workbook with native charts
paper       a PDF (extra `pdf`)
"""

from fupin.experiments.report.content import Chart, Grid, Number, Picture, Report, Section, Words

__all__ = ["Chart", "Grid", "Number", "Picture", "Report", "Section", "Words"]
