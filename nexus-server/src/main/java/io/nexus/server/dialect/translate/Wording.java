package io.nexus.server.dialect.translate;

import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;
import java.util.ArrayList;
import java.util.List;

/** How far one request could be said in another API. */
final class Wording {

  private final Api from;
  private final Api to;
  private final List<String> omitted = new ArrayList<>();

  Wording(Api from, Api to) {
    this.from = from;
    this.to = to;
  }

  /** Something is left out that the client may miss, and is to be told of. */
  void omit(String field) {
    omitted.add(field);
  }

  List<String> omitted() {
    return List.copyOf(omitted);
  }

  /** The refusal of what the other API has no word for. */
  ApiException refusal(String field) {
    return ApiException.badRequest(
        field,
        ("'%s' cannot be translated: the backend that would serve this request speaks the %s API"
                + " only, which has nothing like it. Leave it out, or ask for a model at a backend"
                + " that speaks the %s API.")
            .formatted(field, to.label(), from.label()));
  }

  /** The refusal of what is not as its own API has it. */
  static ApiException wrong(String field, String wanted) {
    return field.isEmpty()
        ? ApiException.badRequest(null, "The body must be %s.".formatted(wanted))
        : ApiException.badRequest(field, "'%s' must be %s.".formatted(field, wanted));
  }
}
