#!/usr/bin/env perl
# Net::POP3, which retrieves one mail after the other.
#
#   pop3_perl.pl HOST PORT USER PASSWORD [CA-FILE]
#
# Prints messages and octets.
use strict;
use warnings;
use Net::POP3;

@ARGV == 4 || @ARGV == 5 or die "usage: $0 HOST PORT USER PASSWORD [CA-FILE]\n";
my ($host, $port, $user, $password, $ca) = @ARGV;
my $client = Net::POP3->new($host, Port => $port, $ca ? (SSL => 1, SSL_ca_file => $ca) : ()) or die "cannot connect: $@\n";
my $count = $client->login($user, $password);
defined $count or die "login refused\n";
my $octets = 0;
for my $number (1 .. $count) {
    my $lines = $client->get($number) or die "mail $number cannot be retrieved\n";
    $octets += length for @$lines;
}
$client->quit;
print $count + 0, " $octets\n";
