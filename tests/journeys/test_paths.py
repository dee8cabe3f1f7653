"""The ways a case can go, through the real pages and APIs."""

from demo import stories
from tests.embedded import Embedded
def test_granted(embedded):
    d=embedded.drive()
    stories.granted(d)
    print("\n".join(__import__("demo.drive").drive.ordered(d.events)))
def test_refused(embedded):
    stories.refused(embedded.drive())
