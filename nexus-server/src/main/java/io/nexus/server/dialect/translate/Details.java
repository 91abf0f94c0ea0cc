package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Joins the {@code reasoning_details} of a stream from the parts in its chunks. */
final class Details {

  private Details() {}

  /** The details so far with more parts; parts of one thought have the same type and index. */
  static ArrayNode merged(ArrayNode soFar, ArrayNode more) {
    for (var part : more) {
      if (!(part instanceof ObjectNode detail)) {
        continue;
      }
      var last = soFar.isEmpty() ? null : soFar.get(soFar.size() - 1);
      if (last instanceof ObjectNode before && isOneWith(before, detail)) {
        join(before, detail);
      } else {
        soFar.add(detail);
      }
    }
    return soFar;
  }

  private static boolean isOneWith(ObjectNode before, ObjectNode next) {
    return Tree.textAt(before, "type").equals(Tree.textAt(next, "type"))
        && before.path("index").equals(next.path("index"))
        && !Tree.textAt(next, "type").equals("reasoning.encrypted");
  }

  private static void join(ObjectNode before, ObjectNode next) {
    for (var field : next.properties()) {
      var name = field.getKey();
      boolean grows = name.equals("text") || name.equals("summary");
      if (grows && before.path(name).isTextual() && field.getValue().isTextual()) {
        before.put(name, Tree.textAt(before, name) + field.getValue().textValue());
      } else if (!field.getValue().isNull()) {
        before.set(name, field.getValue());
      }
    }
  }
}
