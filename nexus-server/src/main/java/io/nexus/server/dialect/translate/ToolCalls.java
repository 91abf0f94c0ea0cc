package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins the tool calls in a stream of chunks. The first chunk of a call has the name and usually
 * the id, later ones the arguments.
 *
 * <p>Servers number the calls, whose parts may then alternate, or send whole calls without numbers,
 * one or several in a chunk.
 */
final class ToolCalls {

  private final List<Known> known = new ArrayList<>();

  /** Whether there was any call. */
  boolean any() {
    return !known.isEmpty();
  }

  /**
   * A part of a call.
   *
   * @param place the position of the call among those of the stream, by their beginnings
   * @param index the server's own number of the call; the position if there is none
   * @param isNew whether it is the call's first part
   * @param id the call's id; empty if none so far
   * @param arguments further arguments
   */
  record Part(int place, long index, boolean isNew, String id, String name, String arguments) {}

  private record Known(JsonNode index, String id) {}

  /** Adds a part. */
  Part take(JsonNode call) {
    var id = Tree.textAt(call, "id");
    var name = Tree.textAt(call.path("function"), "name");
    int place = placeOf(call.path("index"), id, name);
    boolean isNew = place < 0;
    if (isNew) {
      place = known.size();
      known.add(new Known(call.path("index"), id));
    }
    return new Part(
        place, call.path("index").asLong(place), isNew, id, name, ChatSays.arguments(call));
  }

  private int placeOf(JsonNode index, String id, String name) {
    for (int i = known.size() - 1; i >= 0; i--) {
      var each = known.get(i);
      boolean sameId = id.isEmpty() || each.id.isEmpty() || each.id.equals(id);
      if (index.isNumber() ? each.index.equals(index) && sameId : isMore(each, id, name)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isMore(Known each, String id, String name) {
    return id.isEmpty() ? name.isEmpty() : each.id.equals(id);
  }
}
