// The map is painted by WebGL, which knows neither CSS variables nor oklch: tokens are read as the browser paints them.
const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const brush = canvas.getContext("2d", { willReadFrequently: true });

function painted(token, probe) {
  probe.style.color = `var(${token})`;
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = getComputedStyle(probe).color;
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

const TOKENS = [
  ...["ground", "sheet", "sunken", "line", "line-2", "edge", "ink", "ink-2", "ink-3", "accent", "on-accent", "focus"],
  ...["ok-mark", "warn-mark", "bad-mark", "info-mark", "idle-mark", "s1", "s2", "s3", "accent-soft"],
];

export function readTheme() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const theme = Object.fromEntries(TOKENS.map((token) => [token, painted(`--${token}`, probe)]));
  probe.remove();
  return theme;
}

// The choice of the page, the wish of the system and the colour of the community all change the tokens.
export function onThemeChange(then) {
  const watcher = new MutationObserver(then);
  watcher.observe(document.documentElement, { attributeFilter: ["data-scheme"] });
  const wishes = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"].map((wish) => matchMedia(wish));
  for (const wish of wishes) wish.addEventListener("change", then);
  return () => {
    watcher.disconnect();
    for (const wish of wishes) wish.removeEventListener("change", then);
  };
}

export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
