package io.nexus.ledger.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.Dialect.Use;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The address for the driver: the operator's, without the options that the ledger sets itself,
 * because options in an address would take precedence.
 *
 * @param url the address without those options
 * @param properties those options
 * @param hosts the number of its hosts
 * @param overruled the options that the operator had set to something else
 */
record PostgresAddress(String url, Properties properties, int hosts, List<String> overruled) {

  /** Long enough for three lost packets; applies to each host of the address. */
  private static final int CONNECT_SECONDS = 3;

  private static final int HANDSHAKE_SECONDS = 5;

  /** A session that draws must fail before a request has waited for 15 s. */
  private static final int DRAW_SECONDS = 7;

  private static final int REPORT_SECONDS = 300;

  /**
   * Options that change a statement's effect or result: rewritten batches report no counts,
   * savepoints cost a round trip each, and simple queries lose the arrays' types.
   */
  private static final Map<String, String> FIXED =
      Map.ofEntries(
          Map.entry("reWriteBatchedInserts", "false"),
          Map.entry("autosave", "never"),
          Map.entry("cleanupSavepoints", "false"),
          Map.entry("preferQueryMode", "extended"),
          Map.entry("readOnly", "false"),
          Map.entry("loadBalanceHosts", "false"),
          Map.entry("stringtype", "varchar"),
          Map.entry("defaultRowFetchSize", "0"),
          Map.entry("adaptiveFetch", "false"),
          Map.entry("flushCacheOnDdl", "true"),
          Map.entry("tcpKeepAlive", "true"),
          Map.entry("tcpNoDelay", "true"),
          // Notices a failover at once, not at the driver's next check.
          Map.entry("hostRecheckSeconds", "0"),
          // Otherwise messages would quote whole records, with users' names.
          Map.entry("logServerErrorDetail", "false"));

  /** Options without an acceptable value. */
  private static final List<String> DROPPED =
      List.of("replication", "queryTimeout", "readOnlyMode");

  /** The address for a connection of some use. */
  static PostgresAddress of(LedgerSettings settings, Use use) {
    var url = settings.url();
    int query = url.indexOf('?');
    var base = query < 0 ? url : url.substring(0, query);
    int hosts = hosts(base);
    var properties = new Properties();
    FIXED.forEach(properties::setProperty);
    properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
    properties.setProperty(
        "loginTimeout", Integer.toString(CONNECT_SECONDS * hosts + HANDSHAKE_SECONDS));
    properties.setProperty(
        "socketTimeout", Integer.toString(use == Use.DRAW ? DRAW_SECONDS : REPORT_SECONDS));
    properties.setProperty("targetServerType", target(use, hosts));
    var kept = new ArrayList<String>();
    var overruled = new ArrayList<String>();
    for (var option : query < 0 ? new String[0] : url.substring(query + 1).split("&", -1)) {
      int equals = option.indexOf('=');
      var name = decoded(equals < 0 ? option : option.substring(0, equals));
      var value = equals < 0 ? "" : decoded(option.substring(equals + 1));
      var ours = properties.getProperty(name);
      if (ours == null && !DROPPED.contains(name)) {
        kept.add(option);
      } else if (isShorter(name, value, ours)) {
        properties.setProperty(name, value);
      } else if (!value.equals(ours)) {
        overruled.add(name);
      }
    }
    if (!settings.password().isEmpty()) {
      properties.setProperty("password", settings.password());
    }
    properties.setProperty("ApplicationName", "nexus");
    return new PostgresAddress(
        kept.isEmpty() ? base : base + "?" + String.join("&", kept), properties, hosts, overruled);
  }

  private static int hosts(String base) {
    int start = base.indexOf("//");
    if (start < 0) {
      return 1;
    }
    int end = base.indexOf('/', start + 2);
    var names = base.substring(start + 2, end < 0 ? base.length() : end);
    return (int) names.chars().filter(c -> c == ',').count() + 1;
  }

  /** With one host the ledger itself checks whether it is the primary, for a better message. */
  private static String target(Use use, int hosts) {
    if (hosts == 1) {
      return "any";
    }
    return use == Use.REPORT ? "preferPrimary" : "primary";
  }

  /** Whether a shorter timeout is configured, which is allowed. */
  private static boolean isShorter(String name, String value, String ours) {
    if (!name.endsWith("Timeout") || ours == null) {
      return false;
    }
    try {
      int seconds = Integer.parseInt(value);
      return seconds > 0 && seconds < Integer.parseInt(ours);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
