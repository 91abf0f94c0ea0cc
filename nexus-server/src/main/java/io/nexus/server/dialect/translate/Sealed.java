package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Data that a backend must get back with its model's reasoning, such as a signature, in an opaque
 * string that the client stores. It begins with a mark that distinguishes it from providers' own
 * strings.
 */
final class Sealed {

  private static final String MARK = "nexus1.";
  private static final String TEXT = "text";

  private Sealed() {}

  /**
   * Seals OpenRouter's {@code reasoning_details}.
   *
   * @param thought the visible text, which is not repeated in the seal
   */
  static String seal(ArrayNode details, String thought) {
    if (details.isEmpty()) {
      return MARK;
    }
    var kept = details.deepCopy();
    for (var each : kept) {
      if (each instanceof ObjectNode detail && Tree.textAt(detail, TEXT).equals(thought)) {
        detail.put(TEXT, "");
      }
    }
    return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(Tree.bytes(kept));
  }

  /**
   * The sealed data; null if it was not sealed here.
   *
   * @param thought the visible text
   */
  static @Nullable ArrayNode open(String sealed, String thought) {
    if (!sealed.startsWith(MARK)) {
      return null;
    }
    var details = Tree.array();
    try {
      var json = Base64.getUrlDecoder().decode(sealed.substring(MARK.length()));
      var kept = Tree.parsed("{\"all\":" + new String(json, StandardCharsets.UTF_8) + '}');
      if (kept != null && kept.get("all") instanceof ArrayNode all) {
        details = all;
      }
    } catch (IllegalArgumentException e) {
      return details; // A client has changed it, so it is ignored.
    }
    for (var each : details) {
      if (each instanceof ObjectNode detail && detail.path(TEXT).isTextual()) {
        detail.put(TEXT, Tree.textAt(detail, TEXT).isEmpty() ? thought : Tree.textAt(detail, TEXT));
      }
    }
    return details;
  }
}
