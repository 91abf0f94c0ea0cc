package io.nexus.control.ledger;

import io.nexus.control.budget.Caller;

/**
 * Makes clients' texts safe to store: every database accepts them, and they contain no separators.
 */
final class StorableText {

  private static final int LONGEST = 256;

  private StorableText() {}

  /** The caller as records keep it: without the session, and the texts storable. */
  static Caller storable(Caller caller) {
    var key = storable(caller.key());
    var team = storable(caller.team());
    var user = storable(caller.user());
    // Most callers are storable as they are, and a request has several records.
    return key.equals(caller.key())
            && team.equals(caller.team())
            && user.equals(caller.user())
            && caller.tags().isEmpty()
            && caller.session().isEmpty()
        ? caller
        : new Caller(key, team, user, caller.tags().stream().map(StorableText::storable).toList());
  }

  /** The text with control characters and lone surrogates replaced, cut to 256 characters. */
  static String storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (i >= LONGEST || Character.isISOControl(c) || Character.isSurrogate(c)) {
        return cleaned(text);
      }
    }
    return text;
  }

  private static String cleaned(String text) {
    var cleaned = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .map(c -> Character.isISOControl(c) || isLoneSurrogate(c) ? 0xFFFD : c)
        .forEach(cleaned::appendCodePoint);
    return cleaned.toString();
  }

  private static boolean isLoneSurrogate(int codePoint) {
    return codePoint <= 0xFFFF && Character.isSurrogate((char) codePoint);
  }
}
