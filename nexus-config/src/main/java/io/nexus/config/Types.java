package io.nexus.config;

import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.Per;
import io.nexus.control.money.Money;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types of values that the configuration knows. */
final class Types {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");
  private static final int SHOWN = 60;

  /** The largest size for growing arrays: doubling it exceeds Java's longest array. */
  private static final long MOST_ARRAY_BYTES = 1L << 30;

  private Types() {}

  /** Any text on one line that is not blank. */
  static Type<String> text() {
    return new Type<>(
        "give a text on one line",
        "",
        text -> isLine(text) ? Parsed.ok(text) : blank(),
        Toml::text);
  }

  /** A name that can stand in a header, a metric's label and a table. */
  static Type<String> name() {
    return new Type<>(
        "give up to 64 letters, digits, dots, dashes and underscores, a letter or digit first",
        "",
        text ->
            NAME.matcher(text).matches()
                ? Parsed.ok(text)
                : Parsed.wrong(shown(text) + " is no name"),
        Toml::text);
  }

  /** A tag: tags are given in a list with commas. */
  static Type<String> tag() {
    return new Type<>(
        "give a text without commas",
        "",
        text ->
            isLine(text) && text.indexOf(',') < 0
                ? Parsed.ok(text)
                : Parsed.wrong(shown(text) + " is no tag"),
        Toml::text);
  }

  /** A pattern of names, in which {@code *} stands for any text. */
  static Type<String> glob() {
    return new Type<>(
        "give a name, in which * stands for any text",
        "",
        text -> isLine(text) ? Parsed.ok(text) : Parsed.wrong(shown(text) + " is no such pattern"),
        Toml::text);
  }

  /** A dimension whose values are counted separately. */
  static Type<Per> per() {
    return new Type<>(
        "give key, team, user, session, model, or tag:PREFIX",
        new Per(Dimension.KEY, ""),
        text -> {
          var per = Per.parse(text);
          return per.isPresent()
              ? Parsed.ok(per.get())
              : Parsed.wrong("cannot count per " + shown(text));
        },
        per -> Toml.text(per.label()));
  }

  /**
   * The SHA-256 digest of a key, in hexadecimal. Messages never quote a wrong one: it may be a key.
   */
  static Type<String> sha256() {
    return new Type<>(
        "give the 64 hexadecimal digits of the key's SHA-256",
        "",
        text ->
            SHA_256.matcher(text).matches()
                ? Parsed.ok(text.toLowerCase(Locale.ROOT))
                : Parsed.wrong("is no SHA-256 (not shown: it may be a key)"),
        Toml::text);
  }

  /** True or false. */
  static Type<Boolean> flag() {
    return new Type<>(
        "give true or false",
        false,
        text ->
            switch (text) {
              case "true" -> Parsed.ok(true);
              case "false" -> Parsed.ok(false);
              default -> Parsed.wrong(shown(text) + " is neither true nor false");
            },
        String::valueOf);
  }

  /** A whole number within bounds. */
  static Type<Integer> whole(int least, int most) {
    return numeric(
        "give a whole number from " + least + " to " + most,
        least,
        text -> wholeNumber(text, least, most, Math::toIntExact),
        String::valueOf);
  }

  /** One of a few whole numbers. */
  static Type<Integer> oneOf(Integer... allowed) {
    var all = List.of(allowed);
    var names = all.stream().map(String::valueOf).collect(Collectors.joining(" or "));
    return numeric(
        "give " + names,
        all.getFirst(),
        text ->
            switch (wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE, Math::toIntExact)) {
              case Parsed.Ok<Integer>(var number) when !all.contains(number) ->
                  Parsed.wrong(text + " is not allowed");
              case Parsed<Integer> parsed -> parsed;
            },
        String::valueOf);
  }

  /** A size in bytes of data that is kept in one array. */
  static Type<Long> arrayBytes(long least) {
    return numeric(
        "give a whole number from " + least + " to " + MOST_ARRAY_BYTES,
        least,
        text -> wholeNumber(text, least, MOST_ARRAY_BYTES, n -> n),
        String::valueOf);
  }

  /** A whole number with a lower bound. */
  static Type<Long> wholeFrom(long least) {
    return numeric(
        "give a whole number from " + least,
        least,
        text -> wholeNumber(text, least, Long.MAX_VALUE, n -> n),
        String::valueOf);
  }

  /** Whole seconds within bounds. */
  static Type<Duration> seconds(long least, long most) {
    return numeric(
        "give whole seconds from " + least + " to " + most,
        Duration.ofSeconds(least),
        text -> wholeNumber(text, least, most, Duration::ofSeconds),
        duration -> String.valueOf(duration.toSeconds()));
  }

  /** An exact amount of US dollars that is not negative. */
  static Type<Money> usd() {
    return usd("give an amount of USD >= 0", 0);
  }

  /** An exact amount of US dollars above zero. */
  static Type<Money> usdAboveZero() {
    return usd("give an amount of USD > 0", 1);
  }

  private static Type<Money> usd(String allowed, long leastNanos) {
    return numeric(
        allowed,
        new Money(leastNanos),
        text -> {
          try {
            var money = Money.usd(new BigDecimal(text));
            if (money.nanos() >= leastNanos) {
              return Parsed.ok(money);
            }
            return Parsed.wrong(text + (money.nanos() < 0 ? " is negative" : " is nothing"));
          } catch (NumberFormatException e) {
            return Parsed.wrong(shown(text) + " is no number");
          } catch (IllegalArgumentException e) {
            return Parsed.wrong(text + " has more than 9 decimals or is beyond 9.2 billion");
          }
        },
        Money::toString);
  }

  /** One of the constants, by their labels. */
  static <E extends Enum<E>> Type<E> choice(Class<E> constants, Function<E, String> label) {
    return choice(List.of(constants.getEnumConstants()), label);
  }

  /** One of some constants. */
  static <E extends Enum<E>> Type<E> choice(List<E> all, Function<E, String> label) {
    return new Type<>(
        "give one of " + all.stream().map(label).collect(Collectors.joining(", ")),
        all.getFirst(),
        text ->
            all.stream()
                .filter(constant -> label.apply(constant).equals(text))
                .findFirst()
                .map(Parsed::ok)
                .orElseGet(() -> Parsed.wrong(shown(text) + " is not known")),
        constant -> Toml.text(label.apply(constant)));
  }

  /** A day. */
  static Type<LocalDate> date() {
    return new Type<>(
        "give a day such as \"2027-01-31\"",
        LocalDate.EPOCH,
        text -> {
          try {
            return Parsed.ok(LocalDate.parse(text));
          } catch (DateTimeException e) {
            return Parsed.wrong(shown(text) + " is no day");
          }
        },
        day -> Toml.text(day.toString()));
  }

  /** A moment, with its offset from UTC. */
  static Type<Instant> instant() {
    return new Type<>(
        "give a time such as \"2027-01-31T12:00:00Z\"",
        Instant.EPOCH,
        text -> {
          try {
            return Parsed.ok(OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
          } catch (DateTimeException e) {
            return Parsed.wrong(shown(text) + " is no time");
          }
        },
        time -> Toml.text(time.toString()));
  }

  /** The name of a time zone in IANA's database. */
  static Type<ZoneId> timeZone() {
    return new Type<>(
        "give an IANA name such as \"UTC\" or \"Europe/Berlin\"",
        ZoneId.of("UTC"),
        text -> {
          try {
            if (ZoneId.getAvailableZoneIds().contains(text)) {
              return Parsed.ok(ZoneId.of(text));
            }
          } catch (DateTimeException e) {
            return Parsed.wrong(shown(text) + " has no rules here");
          }
          return Parsed.wrong(shown(text) + " is no time zone");
        },
        zone -> Toml.text(zone.getId()));
  }

  /** A file or folder; relative paths are resolved against the working directory. */
  static Type<Path> path() {
    return new Type<>(
        "give the path of a file",
        Path.of("none"),
        text -> {
          try {
            return isLine(text) ? Parsed.ok(Path.of(text)) : blank();
          } catch (InvalidPathException e) {
            return Parsed.wrong("is no path");
          }
        },
        path -> Toml.text(path.toString()));
  }

  private static <T> Type<T> numeric(
      String allowed, T placeholder, Function<String, Parsed<T>> parse, Function<T, String> toml) {
    // Longer numbers are mistakes or attacks: parsing takes time quadratic in the length.
    return new Type<>(
        allowed,
        placeholder,
        text -> text.length() > 100 ? Parsed.wrong("is too long a number") : parse.apply(text),
        toml);
  }

  private static <T> Parsed<T> wholeNumber(
      String text, long least, long most, LongFunction<T> make) {
    try {
      var number = new BigDecimal(text);
      if (number.compareTo(BigDecimal.valueOf(least)) < 0
          || number.compareTo(BigDecimal.valueOf(most)) > 0) {
        return Parsed.wrong(text + " is out of range");
      }
      return Parsed.ok(make.apply(number.longValueExact()));
    } catch (NumberFormatException e) {
      return Parsed.wrong(shown(text) + " is no number");
    } catch (ArithmeticException e) {
      return Parsed.wrong(text + " is not whole");
    }
  }

  private static <T> Parsed<T> blank() {
    return Parsed.wrong("is blank or has control characters");
  }

  /** Whether the text is not blank and has no control characters. */
  static boolean isLine(String text) {
    return !text.isBlank() && text.chars().noneMatch(Character::isISOControl);
  }

  /** A wrong value as messages quote it: on one line, shortened. */
  static String shown(String text) {
    return Toml.text(text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...");
  }
}
