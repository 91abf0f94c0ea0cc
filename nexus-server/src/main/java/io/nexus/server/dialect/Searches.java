package io.nexus.server.dialect;

import io.nexus.control.hold.Hold;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Api;
import java.util.List;

/**
 * The search of a chat request that is billed, although chat answers do not report it.
 *
 * @see <a href="https://platform.openai.com/docs/guides/tools-web-search">Web search in chat</a>
 */
public final class Searches {

  /** The request's field that makes the model search. */
  private static final String FIELD = "web_search_options";

  /** Parts of the names of the models that always search. */
  private static final List<String> ALWAYS = List.of("-search-preview", "-search-api");

  private Searches() {}

  /** Whether a model of this name searches for each chat request. */
  public static boolean always(String model) {
    return ALWAYS.stream().anyMatch(model::contains);
  }

  /** The reported usage of an answer, with one search at least if the request makes it search. */
  static Usage atLeast(Usage reported, Hold hold) {
    var needs = hold.request().needs();
    var candidate = hold.candidate();
    boolean searches =
        needs.api() == Api.CHAT
            && (needs.bound().unbounded().contains(FIELD) || always(candidate.model()));
    return searches && reported.extra(PriceKind.SEARCH) == 0
        ? reported.with(PriceKind.SEARCH, 1)
        : reported;
  }
}
