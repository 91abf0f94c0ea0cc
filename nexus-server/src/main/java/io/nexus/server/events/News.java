package io.nexus.server.events;

import io.nexus.control.ledger.Setting;
import io.nexus.control.settings.Settings;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Publishes changes and alerts to a feed. */
public record News(Feed feed) {

  /** The most names in a change event, which then gives the number of the others. */
  private static final int MOST_NAMED = 100;

  /** Publishes each change of a setting by any gateway, except those already known. */
  public void follow(Settings settings) {
    var begun = new AtomicBoolean();
    settings.listen(
        news -> {
          if (begun.getAndSet(true)) {
            changed(news);
          }
        });
  }

  private void changed(List<Setting> settings) {
    feed.publish(
        EventKind.CHANGE,
        json -> {
          json.writeStartObject();
          json.writeBooleanField("configuration", false);
          json.writeArrayFieldStart("settings");
          for (var setting : settings.subList(0, Math.min(MOST_NAMED, settings.size()))) {
            json.writeStartObject();
            json.writeStringField("kind", setting.kind());
            json.writeStringField("name", setting.name());
            json.writeNumberField("version", setting.version());
            json.writeBooleanField("removed", setting.isRemoved());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeNumberField("left_out", Math.max(0, settings.size() - MOST_NAMED));
          json.writeEndObject();
        });
  }

  /** Publishes that another configuration is in force. */
  public void reloaded() {
    feed.publish(
        EventKind.CHANGE,
        json -> {
          json.writeStartObject();
          json.writeBooleanField("configuration", true);
          json.writeArrayFieldStart("settings");
          json.writeEndArray();
          json.writeNumberField("left_out", 0);
          json.writeEndObject();
        });
  }

  /**
   * Publishes that a threshold was reached.
   *
   * @param json the message sent to webhooks
   */
  public void alerted(String json) {
    feed.publish(EventKind.ALERT, each -> each.writeRawValue(json));
  }
}
