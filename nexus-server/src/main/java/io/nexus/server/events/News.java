package io.nexus.server.events;

import io.nexus.control.ledger.Setting;
import io.nexus.control.settings.Settings;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells a feed what is not looked at but said: changes and alerts. */
public record News(Feed feed) {

  /** A change that concerns more things names so many, and how many more. */
  private static final int MOST_NAMED = 100;

  /** Tells each change of a setting, wherever it was made; those that are known are no news. */
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
    feed.tell(
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

  /** Tells that another configuration is in force. */
  public void reloaded() {
    feed.tell(
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
   * Tells that a threshold was reached.
   *
   * @param json the message as webhooks get it
   */
  public void alerted(String json) {
    feed.tell(EventKind.ALERT, each -> each.writeRawValue(json));
  }
}
