/** A question in the language that its reader chose. Pure but for the page's own language. */

import type { Question, Texts } from "./protocol";

/** What a language is called, in itself; as `Language` in polls/models/languages.py has it. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  leicht: "Einfache Sprache",
  uk: "Українська",
  ru: "Русский",
  tr: "Türkçe",
  ar: "العربية",
  pl: "Polski",
  ro: "Română",
};

export interface Worded {
  readonly text: string;
  /** For the `lang` and `dir` of the element that says it. */
  readonly lang: string;
  readonly dir: "ltr" | "rtl";
}

interface Wording {
  readonly text: string;
  readonly text_en: string;
  readonly texts?: Texts;
}

/** What the `low` or `high` end of a scale is called, as `wordingIn` says the question. */
export function endIn({ config }: Question, end: "low" | "high", language: string): Worded {
  const said = Object.entries(config).flatMap(([name, text]) =>
    typeof text === "string" && name.startsWith(`${end}_`)
      ? [[name.slice(end.length + 1), text] as const]
      : [],
  );
  const { en = "", ...texts } = Object.fromEntries(said);
  return wordingIn({ text: String(config[end] ?? ""), text_en: en, texts }, language);
}

/** In this language where there is such a wording; in English for `en`, in German otherwise. */
export function wordingIn(thing: Wording, language: string): Worded {
  const further = thing.texts?.[language];
  if (further) {
    return {
      text: further,
      lang: language === "leicht" ? "de" : language,
      dir: language === "ar" ? "rtl" : "ltr",
    };
  }
  return language === "en" && thing.text_en
    ? { text: thing.text_en, lang: "en", dir: "ltr" }
    : { text: thing.text, lang: "de", dir: "ltr" };
}

/** The languages of a question, German first; one alone is no choice. */
export function languagesOf(question: Question): readonly (readonly [string, string])[] {
  const further = Object.keys(LANGUAGES).filter((code) => question.texts?.[code]);
  const english = question.text_en ? [["en", "English"] as const] : [];
  const found = [
    ["de", "Deutsch"] as const,
    ...english,
    ...further.map((code) => [code, LANGUAGES[code] ?? code] as const),
  ];
  return found.length > 1 ? found : [];
}

export function say(place: Element, { text, lang, dir }: Worded): void {
  place.textContent = text;
  place.setAttribute("lang", lang);
  place.setAttribute("dir", dir);
}
