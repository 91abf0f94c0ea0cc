// Dialogs that ask before something is changed, and notes that tell what was.

import { h } from "./preact.js";
import { useEffect, useRef, useState } from "./hooks.js";
import { Field, tags } from "./ui.js";

const { button, div, form, h2, input, p, span } = tags;

/** A modal dialog; Escape and its close button end it. */
export function Dialog({ title, onClose, children }) {
  const ref = useRef(null);
  const gone = useRef(false);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      // As long as it is open, nothing else can have the focus. That it closes now is no news.
      gone.current = true;
      dialog.close();
      before?.focus?.();
    };
  }, []);
  return h(
    "dialog",
    { ref, "aria-labelledby": "dialog-title", onClose: () => gone.current || onClose(), onCancel: onClose },
    div(
      { class: "card-head" },
      h2({ id: "dialog-title" }, title),
      button({ type: "button", class: "quiet", "aria-label": "Close", onClick: onClose }, "✕"),
    ),
    children,
  );
}

/**
 * A form with two steps: what is to be, then what that changes.
 *
 * @param review what will happen, of the fields; throws an Error that says what is wrong with them
 * @param act does it, for the reason that was given, which may be empty; a promise
 */
export function Confirmed({ children, review, act, onDone, onCancel, verb, danger }) {
  const [asked, setAsked] = useState(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState("");
  const confirm = useRef(null);
  useEffect(() => asked && confirm.current?.focus(), [asked]);

  async function submit(event) {
    event.preventDefault();
    setProblem("");
    if (!asked) {
      try {
        setAsked(review());
      } catch (wrong) {
        setProblem(wrong.message);
      }
      return;
    }
    setBusy(true);
    try {
      onDone(await act(reason.trim()));
    } catch (failure) {
      setProblem(failure.message);
      setAsked(null);
    } finally {
      setBusy(false);
    }
  }

  return form(
    { onSubmit: submit, novalidate: true },
    asked ? div({ class: "review" }, asked, reason.trim() && p({ class: "small" }, "Reason: ", reason.trim())) : children,
    !asked && h(Field, { name: "Reason", id: "reason", hint: "For the record of changes; may be empty" }, input({ id: "reason", autocomplete: "off", maxlength: 500, "aria-describedby": "reason-hint", value: reason, onInput: (event) => setReason(event.currentTarget.value) })),
    problem && p({ class: "notice bad", role: "alert" }, problem),
    div(
      { class: "buttons" },
      button({ type: "button", class: "quiet", onClick: asked ? () => setAsked(null) : onCancel }, asked ? "Back" : "Cancel"),
      button({ ref: confirm, type: "submit", class: danger ? "primary danger" : "primary", disabled: busy }, asked ? "Confirm: " + verb : "Review …"),
    ),
  );
}

let notes = [];
let show = () => {};

/** Tells what was done, with a way back if there is one. */
export function note(words, undo) {
  const entry = { words, undo, id: crypto.getRandomValues(new Uint32Array(1))[0] };
  notes = [...notes.slice(-2), entry];
  show(notes);
  setTimeout(() => drop(entry), undo ? 20_000 : 8_000);
}

function drop(entry) {
  notes = notes.filter((each) => each !== entry);
  show(notes);
}

export function Notes() {
  const [all, setAll] = useState(notes);
  useEffect(() => {
    show = setAll;
    return () => (show = () => {});
  }, []);
  return div(
    { class: "notes", role: "status", "aria-live": "polite" },
    all.map((entry) =>
      div(
        { class: "note", key: entry.id },
        span(entry.words),
        entry.undo && button({ type: "button", class: "quiet", onClick: () => undo(entry) }, "Undo"),
        button({ type: "button", class: "quiet", "aria-label": "Dismiss", onClick: () => drop(entry) }, "✕"),
      ),
    ),
  );
}

async function undo(entry) {
  drop(entry);
  try {
    await entry.undo();
    note("Undone: " + entry.words);
  } catch (failure) {
    note("Not undone: " + failure.message);
  }
}
