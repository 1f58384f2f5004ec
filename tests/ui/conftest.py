from tests.journeys.town import browser
from tests.ui.shop_window import window

__all__ = ["browser", "window"]
