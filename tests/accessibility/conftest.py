from tests.journeys.town import browser, town, visitor

__all__ = ["browser", "town", "visitor"]
