package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The reasoning of a model in chat's form: {@code reasoning_content} for the text, and {@code
 * reasoning_details} for the parts that only its provider can read.
 *
 * <p>A signature of another provider is omitted, since only its maker can verify it.
 *
 * @see <a href="https://openrouter.ai/docs/use-cases/reasoning-tokens">reasoning_details</a>
 */
final class Thoughts {

  private final StringBuilder text = new StringBuilder();
  private final ArrayNode details = Tree.array();

  /** Adds a visible thought, with its seal. */
  void thought(String thought, String seal) {
    var opened = Sealed.open(seal, thought);
    if (opened == null) {
      text.append(thought);
      return;
    }
    boolean isTold = false;
    for (var detail : opened) {
      isTold |= !Tree.textAt(detail, "text").isEmpty();
      text.append(Tree.textAt(detail, "text"));
      if (!isText(detail)) {
        details.add(detail);
      }
    }
    text.append(isTold ? "" : thought);
  }

  /** Whether it consists of text only. */
  private static boolean isText(JsonNode detail) {
    return detail.size() == 2 && detail.has("type") && detail.has("text");
  }

  /** Adds a hidden thought. */
  void hidden(String seal) {
    thought("", seal);
  }

  void writeTo(ObjectNode message) {
    if (!text.isEmpty()) {
      message.put("reasoning_content", text.toString());
    }
    if (!details.isEmpty()) {
      message.set("reasoning_details", details);
    }
  }
}
