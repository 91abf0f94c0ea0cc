package io.nexus.server.dialect.translate;

import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;
import java.util.ArrayList;
import java.util.List;

/** Tracks what a translated request omits. */
final class Wording {

  private final Api from;
  private final Api to;
  private final List<String> omitted = new ArrayList<>();

  Wording(Api from, Api to) {
    this.from = from;
    this.to = to;
  }

  /** Notes an omission that the client may miss. */
  void omit(String field) {
    omitted.add(field);
  }

  List<String> omitted() {
    return List.copyOf(omitted);
  }

  /** The refusal of a field without a counterpart. */
  ApiException refusal(String field) {
    return ApiException.badRequest(
        field,
        ("'%s' cannot be translated: the backend that would serve this request speaks the %s API"
                + " only, which has nothing like it. Leave it out, or ask for a model at a backend"
                + " that speaks the %s API.")
            .formatted(field, to.label(), from.label()));
  }

  /** The refusal of a field that is invalid in its own API. */
  static ApiException wrong(String field, String wanted) {
    return field.isEmpty()
        ? ApiException.badRequest(null, "The body must be %s.".formatted(wanted))
        : ApiException.badRequest(field, "'%s' must be %s.".formatted(field, wanted));
  }
}
