package io.nexus.server.dialect.usage;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Money;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The cost that a provider states in its {@code usage}, in USD: a number ({@code cost} of
 * OpenRouter), an object with a total (Perplexity), or xAI's ticks of a ten-billionth. Of several
 * chunks the greatest cost counts. If a request ran on the customer's own key at another provider,
 * OpenRouter states its fee, and beside it the other provider's charge.
 *
 * @see <a href="https://openrouter.ai/docs/use-cases/usage-accounting">OpenRouter on usage</a>
 */
public final class StatedCost {

  private static final int TICK_DECIMALS = 10;

  private @Nullable Money cost;
  private @Nullable Money total;
  private @Nullable Money ticks;
  private @Nullable Money upstream;
  private boolean ownKey;

  private boolean isObject;
  private int length;
  private int end;

  /** The cost stated so far; null if none; may be negative. */
  @Nullable Money money() {
    var stated = cost != null ? cost : total != null ? total : ticks;
    if (!ownKey || upstream == null) {
      return stated;
    }
    return stated == null ? upstream : sum(stated, upstream);
  }

  /** Begins another object. */
  void begin() {
    length = 0;
    end = 0;
    isObject = false;
  }

  /** Whether the last object has a field {@code cost}. */
  public boolean stands() {
    return end > 0;
  }

  /** Whether the value of {@code cost} is an object. */
  public boolean isObject() {
    return isObject;
  }

  /** The bytes of the document before its value. */
  public int from() {
    return end - length;
  }

  /** The bytes of the document up to the end of its value. */
  public int to() {
    return end;
  }

  /** Reads a field that may state a cost; the parser stands at its value, and then at its end. */
  void read(String name, ReusableJsonParser json) throws IOException {
    switch (name) {
      case "cost" -> {
        cost = greater(cost, amount(json));
        place(json);
      }
      case "total_cost" -> total = greater(total, amount(json));
      case "cost_in_usd_ticks" -> {
        var number = UsageReader.number(json);
        if (number != null) {
          ticks = greater(ticks, UsageReader.money(number.scaleByPowerOfTen(-TICK_DECIMALS)));
        }
      }
      case "is_byok" -> ownKey |= json.currentToken() == JsonToken.VALUE_TRUE;
      case "cost_details" -> upstream = greater(upstream, member(json, "upstream_inference_cost"));
      default -> throw new IllegalArgumentException(name);
    }
    json.skipChildren();
  }

  private void place(ReusableJsonParser json) throws IOException {
    isObject = json.currentToken().isStructEnd();
    length =
        json.currentToken() == JsonToken.VALUE_STRING
            ? json.getTextLength() + 2
            : json.getTextLength();
    end = json.bytesRead();
  }

  private static @Nullable Money amount(ReusableJsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      return member(json, "total");
    }
    var number = UsageReader.number(json);
    json.skipChildren();
    return number == null ? null : UsageReader.money(number);
  }

  /**
   * Reads the member of an object whose name contains a text, unless the amounts are not in USD.
   */
  private static @Nullable Money member(ReusableJsonParser json, String part) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      return null;
    }
    BigDecimal found = null;
    boolean isUsd = true;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName().toLowerCase(Locale.ROOT);
      var value = json.nextToken();
      if (name.equals("currency") && value == JsonToken.VALUE_STRING) {
        isUsd = json.getText().equalsIgnoreCase("USD");
      } else if (name.contains(part)) {
        var number = UsageReader.number(json);
        found = number == null ? found : number;
      }
      json.skipChildren();
    }
    return found == null || !isUsd ? null : UsageReader.money(found);
  }

  private static @Nullable Money greater(@Nullable Money before, @Nullable Money now) {
    if (now == null || before == null) {
      return now == null ? before : now;
    }
    return before.compareTo(now) >= 0 ? before : now;
  }

  private static Money sum(Money one, Money other) {
    return one.nanos() < 0 || other.nanos() > Long.MAX_VALUE - one.nanos() ? one : one.plus(other);
  }
}
