package io.nexus.server.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.dialect.ClientStream;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientWatch;
import io.nexus.server.http.QueryParameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * {@code GET /admin/v1/events?events=change,spend&heartbeat_seconds=15}: this gateway's events as
 * server-sent events. The stream ends when the gateway stops or the listener is too slow. A
 * returning listener sends {@code Last-Event-ID}, and learns from the first event whether it has
 * missed any.
 */
public final class EventsRoute {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
  private static final HeaderName BUFFERING = HeaderNames.create("X-Accel-Buffering");
  private static final Set<String> PARAMETERS = Set.of("events", "heartbeat_seconds");
  private static final Duration USUAL_HEARTBEAT = Duration.ofSeconds(15);
  private static final int LONGEST_SECONDS = 60;

  private final Feed feed;
  private final Pulse pulse;

  /**
   * Creates the route of a feed.
   *
   * @param sources the sources of figures
   */
  public EventsRoute(Feed feed, Sources sources) {
    this.feed = feed;
    this.pulse = new Pulse(feed, sources);
  }

  /**
   * Sends events until the client leaves.
   *
   * @param allowed whether the client still has access
   * @param view what the client may see
   */
  public void handle(
      ServerRequest request, ServerResponse response, BooleanSupplier allowed, EventView view) {
    for (var name : request.query().names()) {
      if (!PARAMETERS.contains(name)) {
        throw ApiException.badRequest(
            name, "There is no such parameter: use events and heartbeat_seconds.");
      }
    }
    var kinds = kinds(request);
    var heartbeat = heartbeat(request);
    if (request.prologue().method().equals(Method.HEAD)) {
      response.headers().set(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
      return;
    }
    pulse.start();
    var joined = feed.join(kinds, request.headers().first(LAST_EVENT_ID).orElse(""));
    var client = ClientWatch.current();
    client.onGone(() -> feed.leave(joined.listener()));
    try {
      // Keeps buffering proxies in front of the gateway from delaying the events.
      response.headers().set(BUFFERING, "no");
      sendEvents(new ClientStream(response, client), joined, heartbeat, allowed, view);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ClientGoneException e) {
      // The listener has left.
    } finally {
      client.forget();
      feed.leave(joined.listener());
    }
  }

  private static void sendEvents(
      ClientStream out,
      Feed.Joined joined,
      Duration heartbeat,
      BooleanSupplier allowed,
      EventView view)
      throws InterruptedException, ClientGoneException {
    out.write(
        "retry: 2000\nid: "
            + joined.lastId()
            + "\nevent: hello\ndata: {\"resumed\":"
            + joined.resumed()
            + "}\n\n");
    out.flush();
    var listener = joined.listener();
    while (allowed.getAsBoolean()) {
      var event = listener.next(heartbeat);
      if (event.isEmpty() && listener.isEnded()) {
        break;
      }
      out.write(event.map(each -> seen(each, view)).orElse(": still here\n\n"));
      out.flush();
    }
    out.end();
  }

  /** The event as the listener may see it; a comment if nothing is left. */
  private static String seen(Event event, EventView view) {
    if (view.isWhole()) {
      return event.text();
    }
    try {
      return JSON.readTree(event.json()) instanceof ObjectNode data
              && view.narrow(event.kind(), data)
          ? event.head() + data + "\n\n"
          : ": not for you\n\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event is not JSON", e);
    }
  }

  private static Set<EventKind> kinds(ServerRequest request) {
    var asked = QueryParameter.first(request, "events").orElse("");
    if (asked.isEmpty()) {
      return EnumSet.allOf(EventKind.class);
    }
    var kinds = EnumSet.noneOf(EventKind.class);
    for (var label : asked.split(",", -1)) {
      kinds.add(
          Arrays.stream(EventKind.values())
              .filter(kind -> kind.label().equals(label))
              .findFirst()
              .orElseThrow(EventsRoute::unknownKind));
    }
    return kinds;
  }

  private static ApiException unknownKind() {
    return ApiException.badRequest(
        "events",
        Arrays.stream(EventKind.values())
            .map(EventKind::label)
            .collect(Collectors.joining(", ", "'events' has to be some of ", " with commas.")));
  }

  private static Duration heartbeat(ServerRequest request) {
    try {
      var seconds = QueryParameter.first(request, "heartbeat_seconds").map(Integer::parseInt);
      if (seconds.isEmpty()) {
        return USUAL_HEARTBEAT;
      }
      if (seconds.get() >= 1 && seconds.get() <= LONGEST_SECONDS) {
        return Duration.ofSeconds(seconds.get());
      }
    } catch (NumberFormatException e) {
      // Refused below, with the expected form.
    }
    throw ApiException.badRequest(
        "heartbeat_seconds", "'heartbeat_seconds' has to be 1 to " + LONGEST_SECONDS + ".");
  }
}
