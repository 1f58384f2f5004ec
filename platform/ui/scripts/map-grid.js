// Where there is no base map, a grid of round distances gives the eye a measure.
const STEPS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function gridFor(bounds) {
  const [west, south, east, north] = bounds.toArray().flat();
  const step = STEPS.find((one) => (east - west) / one < 12) ?? 10;
  const tall = step / 1.5;
  const lines = [];
  for (let x = Math.floor(west / step) * step; x <= east; x += step) lines.push([[x, south], [x, north]]);
  for (let y = Math.floor(south / tall) * tall; y <= north; y += tall) lines.push([[west, y], [east, y]]);
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } };
}
