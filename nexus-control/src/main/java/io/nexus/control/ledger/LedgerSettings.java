package io.nexus.control.ledger;

/**
 * The address of a ledger.
 *
 * @param url as the configuration gives it, for instance {@code jdbc:sqlite:nexus-data/ledger.db}
 * @param password empty if none is needed
 */
public record LedgerSettings(String url, String password) {

  /** The address without its parameters, which may contain secrets. */
  public String shownUrl() {
    int query = url.indexOf('?');
    var plain = query < 0 ? url : url.substring(0, query);
    int at = plain.lastIndexOf('@');
    int slashes = plain.indexOf("//");
    return at > slashes && slashes >= 0
        ? plain.substring(0, slashes + 2) + plain.substring(at + 1)
        : plain;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "LedgerSettings[" + shownUrl() + "]";
  }
}
