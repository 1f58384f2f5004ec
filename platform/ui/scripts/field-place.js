// Where it is: by the device, or by hand where the device does not know.
const HAND = /^\s*(-?\d{1,3}(?:[.,]\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*$/;

export function locate() {
  return new Promise((done, fail) => {
    if (!navigator.geolocation) return fail(new Error("none"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({
        longitude: coords.longitude, latitude: coords.latitude, accuracy: Math.round(coords.accuracy), by_hand: false,
      }),
      fail,
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 15_000 },
    );
  });
}

// «49.0712, 33.4204», latitude first; null for anything else.
export function typedPlace(text) {
  const found = HAND.exec(text);
  if (!found) return null;
  const [latitude, longitude] = found.slice(1).map((part) => Number(part.replace(",", ".")));
  const swapped = latitude >= 22 && latitude <= 41 && longitude >= 44 && longitude <= 53;
  if (swapped || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { longitude, latitude, accuracy: null, by_hand: true };
}

export const placeText = ({ latitude, longitude }) => `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
