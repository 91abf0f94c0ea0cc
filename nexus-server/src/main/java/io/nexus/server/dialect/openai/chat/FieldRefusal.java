package io.nexus.server.dialect.openai.chat;

import java.util.regex.Pattern;

/**
 * Recognises in a refusal that a strict server does not accept a field, whatever its value. There
 * is no common form: pydantic says {@code extra_forbidden}, serde {@code unknown field}, OpenAI
 * {@code Unsupported parameter} or {@code Unrecognized request argument}, JSON schemas {@code
 * additional properties are not allowed}. All name the field, with one of a few words nearby.
 */
final class FieldRefusal {

  private static final Pattern OBJECTION =
      Pattern.compile(
          "unknown|unsupported|not supported|n.t support|not support|unrecogni[sz]ed"
              + "|not recogni[sz]ed|extra|unexpected|not permitted|not allowed|additional propert"
              + "|no such|forbidden",
          Pattern.CASE_INSENSITIVE);

  /** The largest distance of such a word from the field's name. */
  private static final int NEARBY = 120;

  private FieldRefusal() {}

  /** Whether the refusal says that the field is unknown. */
  static boolean names(String refusal, String field) {
    for (int at = refusal.indexOf(field); at >= 0; at = refusal.indexOf(field, at + 1)) {
      int end = at + field.length();
      if (isBound(refusal, at - 1) && isBound(refusal, end)) {
        int from = Math.max(0, at - NEARBY);
        int to = Math.min(refusal.length(), end + NEARBY);
        if (OBJECTION.matcher(refusal).region(from, to).find()) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isBound(String text, int at) {
    if (at < 0 || at >= text.length()) {
      return true;
    }
    char c = text.charAt(at);
    return !Character.isLetterOrDigit(c) && c != '_';
  }
}
