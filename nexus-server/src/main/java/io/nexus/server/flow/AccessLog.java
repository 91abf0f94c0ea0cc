package io.nexus.server.flow;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.server.dialect.Asked;
import io.nexus.server.flow.RequestObserver.Observed;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.log.EventLog;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log line for each request: caller, model, backend, cost and result. Never contains text of the
 * request or the answer.
 */
public final class AccessLog {

  /** nginx's status for a client that left before the answer. */
  private static final int CLIENT_LEFT = 499;

  private static final String FAILED = "internal_error";
  private static final long NANOS_A_MILLI = 1_000_000;
  private static final HeaderName BACKEND = HeaderNames.create("X-Nexus-Backend");
  private static final HeaderName MODEL = HeaderNames.create("X-Nexus-Model");
  private static final HeaderName BUDGET = HeaderNames.create("X-Nexus-Budget-Name");

  private final @Nullable EventLog log;

  private AccessLog(@Nullable EventLog log) {
    this.log = log;
  }

  /** A log that writes, or does nothing. */
  public static AccessLog of(boolean writes) {
    return new AccessLog(writes ? new EventLog("io.nexus.access") : null);
  }

  /** Logs an ended request. */
  void write(Exchange exchange) {
    if (log == null) {
      return;
    }
    var entry = exchange.entry();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("id", exchange.id());
    put(fields, "key", entry.key);
    put(fields, "team", entry.team);
    put(fields, "api", entry.api);
    put(fields, "model", entry.model);
    put(fields, "backend", header(exchange, BACKEND));
    put(fields, "served_model", header(exchange, MODEL));
    put(fields, "budget", entry.budget.isEmpty() ? header(exchange, BUDGET) : entry.budget);
    fields.put("status", status(exchange));
    put(fields, "outcome", entry.outcome);
    put(fields, "error", entry.error);
    fields.put("input_tokens", entry.inputTokens);
    fields.put("output_tokens", entry.outputTokens);
    fields.put("cost_usd", entry.cost.toString());
    fields.put("ms", exchange.elapsedNanos() / NANOS_A_MILLI);
    log.log("request", fields);
  }

  /** The status sent to the client, or nginx's for a client that left. */
  static int status(Exchange exchange) {
    if (exchange.entry().error.equals(FAILED)) {
      return 500;
    }
    boolean left = exchange.watch().isGone() && !exchange.client().hasBegun();
    return left ? CLIENT_LEFT : exchange.response().status().code();
  }

  private static void put(Map<String, Object> fields, String name, String value) {
    if (!value.isEmpty()) {
      fields.put(name, value);
    }
  }

  private static String header(Exchange exchange, HeaderName name) {
    var headers = exchange.response().headers();
    return headers.contains(name) ? headers.get(name).get() : "";
  }

  /** The data of a running request. For the thread that serves it. */
  static final class Entry {
    private String key = "";
    private String team = "";
    private String api = "";
    private String model = "";
    private String budget = "";
    private String outcome = "";
    private String error = "";
    private long inputTokens;
    private long outputTokens;
    private Money cost = Money.ZERO;
    private @Nullable RecentRequest recent;
    private @Nullable Observed observed;

    /** Sets the request's observer. */
    void follow(Observed follower) {
      observed = follower;
    }

    /** Its observer; null if there is none. */
    @Nullable Observed observed() {
      return observed;
    }

    void asks(Caller caller, Asked asked) {
      if (observed != null) {
        observed.asks(caller, asked.needs().api().label(), asked.model(), asked.needs().stream());
      }
      key = caller.key();
      team = caller.team();
      api = asked.needs().api().label();
      model = asked.model();
    }

    /** Notes the charge of an attempt; there may be several. */
    void charged(SpendRecord record) {
      inputTokens += record.usage().inputTokens();
      outputTokens += record.usage().outputTokens();
      cost = cost.plus(record.cost());
      outcome = record.outcome().name();
      if (recent != null) {
        recent.charged(record);
      }
      if (observed != null) {
        observed.charged(record);
      }
    }

    /** Sets the request's entry in the recent requests. */
    void remember(RecentRequest request) {
      recent = request;
    }

    /** Its entry in the recent requests; null without one. */
    @Nullable RecentRequest recent() {
      return recent;
    }

    void sent(Attempt attempt) {
      if (recent != null) {
        recent.sent(attempt.hold(), attempt.reason());
      }
    }

    void ended(int status, long elapsedNanos) {
      if (observed != null) {
        observed.ended(status, error, budget);
      }
      if (recent != null) {
        recent.ended(new RecentRequest.End(status, error, elapsedNanos));
      }
    }

    /** Notes that the gateway itself failed. */
    void failed() {
      error = FAILED;
    }

    void refused(ApiException refusal) {
      if (refusal.body() instanceof ApiError body) {
        error = body.code() == null ? body.type() : body.code();
        if (body.violation() != null) {
          budget = body.violation().budget().terms().name();
        }
      }
    }
  }
}
