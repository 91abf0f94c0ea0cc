package io.nexus.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.money.Money;
import io.nexus.server.account.Accounts;
import io.nexus.server.backend.LiveBackend;
import java.io.IOException;
import java.math.BigDecimal;

/** A backend's state as JSON. */
public final class BackendJson {

  private BackendJson() {}

  /** Writes it as an object. */
  public static void write(JsonGenerator json, LiveBackend live, Accounts accounts)
      throws IOException {
    json.writeStartObject();
    fields(json, live, accounts);
    json.writeEndObject();
  }

  /** Writes it as fields of the open object. */
  public static void fields(JsonGenerator json, LiveBackend live, Accounts accounts)
      throws IOException {
    var backend = live.backend();
    var load = live.load();
    var sums = accounts.backend(backend.name());
    json.writeStringField("name", backend.name());
    json.writeStringField("type", backend.type());
    json.writeStringField("location", backend.location().label());
    json.writeBooleanField("healthy", load.healthy());
    json.writeBooleanField("circuit_open", live.circuit().isOpen());
    json.writeBooleanField("drained", live.isDrained());
    json.writeNumberField("requests", sums.requests());
    json.writeNumberField("errors", sums.errors());
    json.writeNumberField("pending", load.pending());
    json.writeNumberField("max_concurrent", backend.maxConcurrent());
    json.writeNumberField("latency_ms", BigDecimal.valueOf(load.latencyNanos() / 1000, 3));
    json.writeNumberField("spend_usd", new Money(sums.spendNanos()).toUsd());
  }
}
