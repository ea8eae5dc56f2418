"""What time it is at the vendor."""

from datetime import UTC, datetime, timedelta

from gateway.providers.talend.vendor_clock import VendorClock

HERE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
THERE = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_this_machine_counts_until_the_vendor_has_told():
    clock = VendorClock(lambda: HERE)

    assert not clock.known
    assert clock.now() == HERE


def test_the_vendors_time_goes_on_by_itself():
    elapsed = [100.0]
    clock = VendorClock(lambda: HERE, lambda: elapsed[0])

    clock.observe({"date": "Mon, 02 Mar 2026 12:00:00 GMT"})
    elapsed[0] += 90

    assert clock.known
    assert clock.now() == THERE + timedelta(seconds=90)


def test_a_date_that_cannot_be_read_changes_nothing():
    clock = VendorClock(lambda: HERE)

    for told in ("", "yesterday", "2026-03-02T12:00:00Z"):
        clock.observe({"date": told})
    clock.observe({})

    assert not clock.known


def test_a_date_without_a_zone_is_utc():
    clock = VendorClock(lambda: HERE, lambda: 0.0)

    clock.observe({"date": "Mon, 02 Mar 2026 12:00:00 -0000"})

    assert clock.now() == THERE


def test_a_time_that_no_clock_tells_changes_nothing():
    clock = VendorClock(lambda: HERE)

    for told in (
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -0100",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ):
        clock.observe({"date": told})

    assert not clock.known
    assert clock.now() == HERE
