// What a page does when scripts run. Every page works without this file.
import {
  Accordion,
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
} from "govuk-frontend";
import htmx from "htmx.org/dist/htmx.esm.js";
import { followAnswers } from "./follow-answers.js";

const chineseCharacterCount = {
  i18n: {
    charactersUnderLimit: { other: "还可以写 %{count} 个字" },
    charactersAtLimit: "已经写满",
    charactersOverLimit: { other: "超出 %{count} 个字" },
  },
};

const chinesePasswordInput = {
  i18n: {
    showPassword: "显示",
    hidePassword: "隐藏",
    showPasswordAriaLabel: "显示密码",
    hidePasswordAriaLabel: "隐藏密码",
    passwordShownAnnouncement: "密码已显示",
    passwordHiddenAnnouncement: "密码已隐藏",
  },
};

function initialise(scope) {
  createAll(CharacterCount, chineseCharacterCount, scope);
  createAll(PasswordInput, chinesePasswordInput, scope);
  createAll(Button, { preventDoubleClick: true }, scope);
  for (const component of [Accordion, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink, Tabs]) {
    createAll(component, undefined, scope);
  }
}

function start() {
  if (!("noModule" in HTMLScriptElement.prototype)) return;
  document.body.classList.add("js-enabled", "govuk-frontend-supported", "app-scripted");
  createAll(ServiceNavigation);
  initialise(document);
  followAnswers(document, initialise);
  document.body.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.headers["X-CSRF-Token"] = token;
  });
  document.body.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) initialise(event.detail.elt);
  });
}

window.htmx = htmx;
start();
