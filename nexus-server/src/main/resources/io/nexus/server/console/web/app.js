// The frame of the page: sign-in, what is shown, light or dark.

import { h, render } from "./preact.js";
import { useEffect, useRef, useState } from "./hooks.js";
import { Failure, get, onRefused, useKey } from "./api.js";
import { Backends } from "./backends.js";
import { Budgets } from "./budgets.js";
import { Notes } from "./dialog.js";
import { When } from "./format.js";
import { Keys } from "./keys.js";
import { mayListen, useLive } from "./live.js";
import { Mine } from "./mine.js";
import { Overview } from "./overview.js";
import { Requests } from "./requests.js";
import { Settings } from "./settings.js";
import { Spend } from "./spend.js";
import { TryIt } from "./tryit.js";
import { Field, LOOKS_ONLY, Select, setLooksOnly, tags } from "./ui.js";

const { a, button, div, form, h1, header, input, li, main, nav, p, span, ul } = tags;

const ADMIN = [
  ["overview", "Overview", Overview],
  ["budgets", "Budgets", Budgets],
  ["keys", "Keys and teams", Keys],
  ["spend", "Spend", Spend],
  ["requests", "Requests", Requests],
  ["try", "Try it", TryIt],
  ["backends", "Backends", Backends],
  ["settings", "Settings", Settings],
];

/** What concerns one team; the gateway shows nothing of the others. */
const TEAM = ADMIN.filter(([name]) => ["budgets", "keys", "spend", "requests", "try"].includes(name));

const CLIENT = [
  ["usage", "My usage", Mine],
  ["try", "Try it", TryIt],
];

const THEMES = [
  ["auto", "Like the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** The page and its parameters that the address names: #/budgets?status=SoftLimit. */
function place() {
  const [name, parameters] = location.hash.replace(/^#\/?/, "").split("?");
  return { name, view: Object.fromEntries(new URLSearchParams(parameters ?? "")) };
}

function usePlace() {
  const [at, setAt] = useState(place());
  useEffect(() => {
    const changed = () => setAt(place());
    addEventListener("hashchange", changed);
    changed(); // It may have changed since the page was drawn.
    return () => removeEventListener("hashchange", changed);
  }, []);
  return at;
}

function setView(name, view) {
  const set = Object.entries(view).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  history.replaceState(null, "", "#/" + name + (set.length ? "?" + new URLSearchParams(set) : ""));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

const PAGES = { admin: ADMIN, viewer: ADMIN, team_admin: TEAM, client: CLIENT };

/** Who a key is: an administrator's with a role, of a team or not, or a client's. */
async function whoIs(key) {
  useKey(key);
  mayListen(false);
  try {
    const { name, role, team } = await get("/admin/v1/self");
    mayListen(true);
    setLooksOnly(role === "viewer");
    return { name, role, team };
  } catch (failure) {
    if (failure.status !== 401 && failure.status !== 403 && failure.status !== 404) throw failure;
  }
  const client = await get("/v1/key");
  if (!client.name) throw new Failure(401, "This is neither an admin key nor a client's key of this gateway.");
  return { name: client.name, role: "client", team: null };
}

function SignIn({ said, onSignedIn }) {
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState(said);
  const [busy, setBusy] = useState(false);

  async function signIn(presented) {
    setBusy(true);
    setProblem("");
    try {
      onSignedIn(await whoIs(presented));
    } catch (failure) {
      useKey("");
      const wait = failure.headers?.get("Retry-After");
      setProblem(
        failure.status === 401
          ? "This key is not known here."
          : failure.message + (wait ? " Try again in " + wait + " s." : ""),
      );
    } finally {
      setBusy(false);
    }
  }

  // The demo prints an address that ends so: its key is no secret.
  useEffect(() => {
    if (location.hash === "#demo") {
      history.replaceState(null, "", "#/overview");
      dispatchEvent(new HashChangeEvent("hashchange"));
      signIn("demo");
    }
  }, []);

  return main(
    { class: "sign-in", id: "main" },
    form(
      {
        class: "card",
        onSubmit: (event) => {
          event.preventDefault();
          signIn(key.trim());
        },
      },
      h1("Nexus"),
      p("Sign in with an admin key to see and steer budgets, all or those of its team, or with a client's key to see its own."),
      h(
        Field,
        { name: "Key", id: "key", hint: "Kept in this tab's memory only: closing or reloading it signs out." },
        input({ id: "key", type: "password", autocomplete: "off", required: true, autofocus: true, "aria-describedby": "key-hint", value: key, onInput: (event) => setKey(event.currentTarget.value) }),
      ),
      problem && p({ class: "notice bad", role: "alert" }, problem),
      div({ class: "buttons" }, button({ type: "submit", class: "primary", disabled: busy }, busy ? "Signing in …" : "Sign in")),
    ),
  );
}

function Frame({ who, onSignOut }) {
  const at = usePlace();
  const pages = PAGES[who.role];
  const [name, title, Page] = pages.find(([each]) => each === at.name) ?? pages[0];
  const content = useRef(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = title + " – Nexus console";
    if (first.current) first.current = false;
    else content.current?.focus();
  }, [name]);
  return [
    a({ class: "skip", href: "#main", onClick: (event) => { event.preventDefault(); content.current.focus(); } }, "To the content"),
    header(
      { class: "top" },
      span({ class: "brand" }, "Nexus"),
      nav(
        { "aria-label": "Pages" },
        ul(
          pages.map(([each, words]) => li({ key: each }, a({ href: "#/" + each, "aria-current": each === name ? "page" : undefined }, words))),
        ),
      ),
      div(
        { class: "session" },
        h(Theme),
        span({ class: "muted small" }, who.role === "client" ? who.name : who.team ? who.name + ", team " + who.team : who.role),
        button({ type: "button", class: "quiet", onClick: onSignOut }, "Sign out"),
      ),
    ),
    main({ id: "main", ref: content, tabindex: -1 }, who.role === "viewer" && p({ class: "notice" }, LOOKS_ONLY), who.role !== "client" && h(Away), h(Page, { key: name, who, view: at.view, setView: (view) => setView(name, view) })),
    h(Notes),
  ];
}

/** That the ledger does not answer the gateway, as long as it does not. */
function Away() {
  const { data } = useLive((signal) => get("/admin/v1/self", signal), [], 5, {
    on: ["spend"],
    merge: (before, news) => (news.ledger_away_since === before.ledger_away_since ? before : { ...before, ledger_away_since: news.ledger_away_since }),
  });
  const since = data?.ledger_away_since;
  return since && p({ class: "notice warn", role: "status", id: "away" }, "The ledger has not answered this gateway since ", h(When, { at: since }), ". It goes on with what it has drawn and refuses no less than it should; figures are those that it knows, and changes are refused until the ledger is back.");
}

function Theme() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? "auto");
  const choose = (value) => {
    setTheme(value);
    localStorage.setItem("nexus-theme", value);
    dress(value);
  };
  return h(Select, { id: "theme", name: "Colours", value: theme, options: THEMES, onChange: choose });
}

function dress(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  document.dispatchEvent(new Event("themechange"));
}

function App() {
  const [who, setWho] = useState(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    // A key that was revoked, or whose time is over: what it showed is nobody's to see any more.
    onRefused(
      who &&
        (() => {
          setSaid("The gateway does not take this key any more, so you are signed out.");
          signOut();
        }),
    );
    return () => onRefused(null);
  }, [who]);
  useEffect(() => {
    // A page of an older version that is still open finds its files gone.
    const away = () => {
      useKey("");
      setWho(null);
    };
    addEventListener("pagehide", away);
    return () => removeEventListener("pagehide", away);
  }, []);
  const signOut = () => {
    useKey("");
    setWho(null);
  };
  const signIn = (as) => {
    setSaid("");
    setWho(as);
  };
  return who ? h(Frame, { who, onSignOut: signOut }) : h(SignIn, { said, onSignedIn: signIn });
}

dress(localStorage.getItem("nexus-theme") ?? "auto");
render(h(App), document.getElementById("app"));
