package ai.netra.apex.edge;

import java.net.InetAddress;

/**
 * A network in CIDR notation, such as {@code 10.0.0.0/8} or {@code fd00::/8}; a single address is a
 * network of one.
 *
 * @param address its first address
 * @param prefix how many leading bits are common
 */
record Network(InetAddress address, int prefix) {

    /**
     * Reads CIDR notation; never asks a name server.
     *
     * @throws IllegalArgumentException if it is not that
     */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int bits = address.getAddress().length * 8;
        int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("not a network: " + text);
        }
        return new Network(address, prefix);
    }

    /** Whether {@code other} is of this network. */
    boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit += 8) {
            int mask = prefix - bit >= 8 ? 0xff : 0xff << (8 - (prefix - bit));
            if (((mine[bit / 8] ^ theirs[bit / 8]) & mask & 0xff) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
