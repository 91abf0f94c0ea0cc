package io.nexus.control.ledger;

/**
 * What served a request.
 *
 * @param backend the backend's name
 * @param provider who bills
 * @param model the model that ran
 */
public record Target(String backend, String provider, String model) {

  /** Nothing did, or nobody knows. */
  public static final Target UNKNOWN = new Target("", "", "");

  /** Makes the texts storable. */
  public Target {
    backend = Texts.storable(backend);
    provider = Texts.storable(provider);
    model = Texts.storable(model);
  }
}
