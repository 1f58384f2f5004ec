from tests.journeys.office import keeper, office
from tests.journeys.town import browser, town, visitor

__all__ = ["browser", "keeper", "office", "town", "visitor"]
