package io.nexus.server.dialect.translate;

import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells the client what of its request cannot be translated or is omitted, in the names of its own
 * API.
 */
final class Wording {

  private final Api from;
  private final Api to;
  private final List<String> omitted = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();

  Wording(Api from, Api to) {
    this.from = from;
    this.to = to;
  }

  /** Notes the client's name of a field of the translated request, for a second translation. */
  void named(String field, String name) {
    names.put(field, name);
  }

  /** Notes an omission that the client may miss. */
  void omit(String field) {
    omitted.add(asNamed(field));
  }

  private String asNamed(String field) {
    var head = field.split("[.\\[]", 2)[0];
    return names.getOrDefault(head, head) + field.substring(head.length());
  }

  List<String> omitted() {
    return List.copyOf(omitted);
  }

  /** The refusal of a field without a counterpart. */
  ApiException refusal(String path) {
    var field = asNamed(path);
    return ApiException.badRequest(
        field,
        ("'%s' cannot be translated: the backend that would serve this request speaks the %s API"
                + " only, which has nothing like it. Leave it out, or ask for a model at a backend"
                + " that speaks the %s API.")
            .formatted(field, to.title(), from.title()));
  }

  /** The refusal of a field that is invalid in its own API. */
  static ApiException wrong(String field, String wanted) {
    return field.isEmpty()
        ? ApiException.badRequest(null, "The body must be %s.".formatted(wanted))
        : ApiException.badRequest(field, "'%s' must be %s.".formatted(field, wanted));
  }
}
