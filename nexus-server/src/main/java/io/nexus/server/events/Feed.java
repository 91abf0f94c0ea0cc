package io.nexus.server.events;

import io.nexus.server.http.ApiException;
import io.nexus.server.http.JsonText;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/**
 * The listeners to this gateway's events, and the last events for returning listeners.
 *
 * <p>Publishing never waits for a listener. Changes and alerts are few and are kept even without
 * listeners; figures are not read then. Safe for any number of threads.
 */
public final class Feed implements AutoCloseable {

  /** The largest number of listeners. */
  static final int MOST = 32;

  private static final int KEPT = 256;

  /** The kinds that a returning listener receives later; it must fetch figures itself. */
  private static final Set<EventKind> RETOLD = Set.of(EventKind.CHANGE, EventKind.ALERT);

  /**
   * A new listener, and the data of its first event.
   *
   * @param resumed whether it has missed no change and no alert
   */
  record Joined(Listener listener, boolean resumed, String lastId) {}

  /** Identifies the events of this process. */
  private final String name = HexFormat.of().toHexDigits(RandomGenerator.getDefault().nextInt());

  private final Deque<Event> kept = new ArrayDeque<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private long last;
  private boolean closed;

  /** Whether any listener wants events of this kind now. */
  public boolean isHeard(EventKind kind) {
    for (var listener : listeners) {
      if (listener.wants(kind)) {
        return true;
      }
    }
    return false;
  }

  /** The last kept events of a kind as JSON objects, newest first. */
  public synchronized List<String> latest(EventKind kind, int most) {
    return kept.reversed().stream()
        .filter(event -> event.kind() == kind)
        .limit(most)
        .map(Event::json)
        .toList();
  }

  /** Whether there is any listener. */
  boolean isHeard() {
    return !listeners.isEmpty();
  }

  /**
   * Publishes an event to all listeners.
   *
   * @param content an object
   */
  public void publish(EventKind kind, JsonText.Content content) {
    boolean keeps = RETOLD.contains(kind);
    if (keeps || isHeard(kind)) {
      publish(kind, JsonText.write(content), keeps);
    }
  }

  private synchronized void publish(EventKind kind, String json, boolean keeps) {
    var event = Event.of(name, ++last, kind, json);
    if (keeps) {
      kept.add(event);
      if (kept.size() > KEPT) {
        kept.remove();
      }
    }
    listeners.removeIf(listener -> !listener.offer(event));
  }

  /**
   * Adds a listener.
   *
   * @param lastId the id of the last event that it has seen; empty at its first time
   * @throws ApiException with status 503 if too many listen already
   */
  synchronized Joined join(Set<EventKind> kinds, String lastId) {
    if (closed || listeners.size() >= MOST) {
      throw ApiException.unavailable(
          503,
          "service_unavailable",
          "too_many_listeners",
          "As many listen to events as may (" + MOST + "): try again later.");
    }
    var listener = new Listener(kinds);
    long seen = seen(lastId);
    boolean resumed = seen >= 0 && seen <= last && isAllKept(seen);
    if (resumed) {
      kept.stream()
          .filter(event -> event.number() > seen)
          .limit(Listener.MOST)
          .forEach(listener::offer);
    }
    listeners.add(listener);
    return new Joined(listener, resumed, name + "-" + (resumed ? seen : last));
  }

  /** Whether all missed events are still kept and fit into the queue. */
  private boolean isAllKept(long seen) {
    boolean nothingLost = kept.size() < KEPT || kept.getFirst().number() <= seen + 1;
    return nothingLost
        && kept.stream().filter(event -> event.number() > seen).count() < Listener.MOST;
  }

  /** The number of an event of this feed; -1 if it is of another. */
  private long seen(String id) {
    var mine = name + "-";
    try {
      return id.startsWith(mine) ? Long.parseLong(id.substring(mine.length())) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  void leave(Listener listener) {
    listener.end();
    listeners.remove(listener);
  }

  /** Ends all listeners. */
  @Override
  public synchronized void close() {
    closed = true;
    listeners.forEach(Listener::end);
    listeners.clear();
  }
}
