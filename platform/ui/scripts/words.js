// What scripts say themselves, in the language of the page.
import { teller } from "./language.js";

const WORDS = {
  uk: {
    nothing: "Нічого не знайдено. Змініть запит.",
    seeking: "Шукаємо…",
    failed: "Не вдалося зʼєднатися. Перевірте мережу й спробуйте ще раз.",
    create: "Додати «{text}»",
    clear: "Очистити",
    offers: "Варіантів: {n}. Стрілки — вибрати, Enter — узяти.",
    draft: "Є чернетка від {when}, якої ще не надіслано.",
    restore: "Відновити",
    discard: "Відкинути",
    kept: "Чернетку збережено на цьому пристрої о {when}",
    restored: "Чернетку відновлено. Перевірте й збережіть.",
    moved: "{name}: місце {place} з {total}",
    done: "Готово",
    left: "{done} з {total}",
    chosen: "Вибрано файлів: {n}",
    uploading: "Надсилаємо: {done} з {total} кБ",
    tooLarge: "Файл більший за {limit} МБ. Зменште його або поділіть.",
    wrongKind: "Такий файл тут не приймаємо. Виберіть: {kinds}.",
    close: "Закрити",
    empty: "Порожньо. Заповніть це поле.",
    email: "Це не схоже на адресу пошти. Приклад: olena@gromada.ua.",
    number: "Тут має бути число, наприклад 12,5.",
    date: "Такої дати немає. Приклад: 30.11.2026.",
    low: "Замало: щонайменше {limit}.",
    high: "Забагато: щонайбільше {limit}.",
    short: "Закоротко: щонайменше {limit} знаків.",
    long: "Задовго: щонайбільше {limit} знаків.",
    step: "Число не того кроку: {limit}.",
    pattern: "Не той вигляд. {hint}",
    wrong: "Так не запишеться. Виправте це поле.",
    pushDenied: "Браузер не дозволив сповіщень. Дозвольте їх для цього сайту в налаштуваннях браузера й натисніть ще раз.",
    pushFailed: "Браузер не зміг увімкнути сповіщення. Перевірте мережу й спробуйте ще раз.",
  },
  en: {
    nothing: "Nothing found. Change the query.",
    seeking: "Searching…",
    failed: "No connection. Check the network and try again.",
    create: "Add “{text}”",
    clear: "Clear",
    offers: "{n} options. Arrows to choose, Enter to take.",
    draft: "There is a draft of {when} that was not sent.",
    restore: "Restore",
    discard: "Discard",
    kept: "Draft kept on this device at {when}",
    restored: "Draft restored. Check it and save.",
    moved: "{name}: place {place} of {total}",
    done: "Done",
    left: "{done} of {total}",
    chosen: "Files chosen: {n}",
    uploading: "Sending: {done} of {total} kB",
    tooLarge: "The file is larger than {limit} MB. Make it smaller or divide it.",
    wrongKind: "Such a file is not accepted here. Choose: {kinds}.",
    close: "Close",
    empty: "Empty. Fill this in.",
    email: "This does not look like an e-mail address. Example: olena@gromada.ua.",
    number: "A number is wanted here, such as 12.5.",
    date: "There is no such date. Example: 30.11.2026.",
    low: "Too little: at least {limit}.",
    high: "Too much: at most {limit}.",
    short: "Too short: at least {limit} characters.",
    long: "Too long: at most {limit} characters.",
    step: "The number is off its step: {limit}.",
    pattern: "Wrong form. {hint}",
    wrong: "This cannot be saved. Correct the field.",
    pushDenied: "The browser did not allow notices. Allow them for this site in its settings and press again.",
    pushFailed: "The browser could not turn notices on. Check the network and try again.",
  },
};

export const say = teller(WORDS);

// An element in one line: make("li", { role: "option" }, "words", child).
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

export async function ask(url, signal) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", signal });
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) throw new Error(String(answer.status));
  return answer.json();
}

export const typing = (target) =>
  target instanceof Element && (target.matches("input:not([type=checkbox], [type=radio]), select, textarea") || target.isContentEditable);
