package io.nexus.server.flow;

import static io.nexus.server.http.Route.TARGET;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.nexus.control.budget.Caller;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.QueryParameter;
import io.nexus.server.http.RequestBody;
import java.util.ArrayList;

/** Parses requests from their bytes and headers. */
public final class RequestReader {

  private static final HeaderName TAGS = HeaderNames.create("X-Nexus-Tags");
  private static final HeaderName STRICT = HeaderNames.create("X-Nexus-Strict");
  private static final HeaderName FLEXIBLE = HeaderNames.create("X-Nexus-Flexible");
  private static final int MAX_TAGS = 32;

  private final TokenCounting tokens;
  private final KnownAnswers answers;
  private final FlowRules rules;

  /**
   * Creates a reader.
   *
   * @param answers the answers that requests may refer to
   */
  public RequestReader(TokenCounting tokens, KnownAnswers answers, FlowRules rules) {
    this.tokens = tokens;
    this.answers = answers;
    this.rules = rules;
  }

  /**
   * Reads a request with its body.
   *
   * @throws io.nexus.server.http.ApiException if it is not a request of this API, or too large
   */
  Asked read(Dialect dialect, ServerRequest request, ClientKey client) {
    var body = RequestBody.read(request, rules.maxRequestBytes());
    var named = request.path().pathParameters();
    return read(
        dialect,
        new Call(
            named.contains(TARGET) ? named.get(TARGET) : "",
            name -> QueryParameter.first(request, name).orElse(""),
            body),
        client);
  }

  /** Parses a request whose body has been read. */
  Asked read(Dialect dialect, Call call, ClientKey client) {
    return dialect.read(call.after(id -> answers.find(id, client.caller().key())));
  }

  /** The routing request for it. */
  RoutingRequest routing(
      ServerRequestHeaders headers, Asked asked, ClientKey client, long nowMillis) {
    Exchange.checkPriority(headers);
    return new RoutingRequest(
            asked.model(),
            asked.needs(),
            tokens.of(asked::prompt),
            caller(headers, asked.user(), client),
            leniency(headers),
            nowMillis)
        .onlyAt(asked.backend());
  }

  /**
   * The key's caller with the request's tags, and with the request's user if the key is trusted:
   * otherwise a client could spend another user's budget.
   */
  private static Caller caller(ServerRequestHeaders headers, String user, ClientKey client) {
    var rules = client.rules();
    var of = client.caller();
    var tags = new ArrayList<>(of.tags());
    if (rules.mayTag()) {
      for (var tag : headers.first(TAGS).orElse("").split(",", MAX_TAGS)) {
        if (!tag.isBlank()) {
          tags.add(tag.strip());
        }
      }
    }
    boolean named = rules.trustUser() && !user.isEmpty();
    return new Caller(of.key(), of.team(), named ? user : of.user(), tags, Session.of(headers));
  }

  private static Leniency leniency(ServerRequestHeaders headers) {
    if (headers.first(STRICT).filter("true"::equalsIgnoreCase).isPresent()) {
      return Leniency.STRICT;
    }
    return headers.first(FLEXIBLE).filter("true"::equalsIgnoreCase).isPresent()
        ? Leniency.FLEXIBLE
        : Leniency.NORMAL;
  }
}
