/// The node types of the service, as text that is parsed once, when first asked for: a literal of structures this long compiles slowly.
///
/// A `family` line carries what its sizes share: name, generation, oldest Redis version (`-`: Valkey only) and features.
/// A size line carries `maxmemory` (bytes), `maxclients`, and the replicas' output buffer limit (bytes) where it isn't
/// a tenth of `maxmemory`.
let nodeTypeTable = """
    family t1 previous 2.6.13 -
    micro 142606336 65000 14260633
    family t2 current 2.8.19 valkey,encryption,failover,snapshots
    micro 581959680 20000
    small 1665138688 20000 166513868
    medium 3461349376 20000 346134937
    family t3 current 3.2.4 valkey,encryption,failover,snapshots,ipv6
    micro 536870912 20000
    small 1471026299 46000 147102629
    medium 3317862236 46000 331786223
    family t4g current 3.2.4 valkey,encryption,failover,snapshots,ipv6
    micro 536870912 20000
    family t4g current 5.0.6 valkey,encryption,failover,snapshots,ipv6
    small 1471026299 65000 147102629
    medium 3317862236 65000 331786223
    family m1 previous 2.6.13 failover,snapshots
    small 943718400 65000
    medium 3093299200 65000
    large 7025459200 65000
    xlarge 14889779200 65000
    family m2 previous 2.6.13 failover,snapshots
    xlarge 17091788800 65000
    2xlarge 35022438400 65000
    4xlarge 70883737600 65000
    family m3 previous 2.6.13 encryption,failover,snapshots
    medium 2988441600 65000 309329920
    large 6501171200 65000
    xlarge 14260633600 65000
    2xlarge 29989273600 65000
    family m4 current 3.2.4 valkey,encryption,failover,snapshots
    large 6892593152 65000
    xlarge 15328501760 65000
    2xlarge 31889126359 65000
    4xlarge 65257290629 65000
    10xlarge 166047614239 65000
    family m5 current 3.2.4 valkey,encryption,failover,snapshots,ipv6,global
    large 6854542746 65000
    xlarge 13891921715 65000
    2xlarge 27966669210 65000
    4xlarge 56116178125 65000 5611617812
    12xlarge 168715971994 65000
    24xlarge 337500562842 65000
    family m6g current 5.0.6 valkey,encryption,failover,snapshots,ipv6,durability,global
    large 6854542746 65000
    xlarge 13891921715 65000
    2xlarge 27966669210 65000
    4xlarge 56116178125 65000 5611617812
    8xlarge 111325552312 65000
    12xlarge 168715971994 65000
    16xlarge 225000375228 65000
    family m7g current 6.2 valkey,encryption,failover,snapshots,ipv6,durability,global
    large 6854542746 65000
    xlarge 13891921715 65000
    2xlarge 27966669210 65000
    4xlarge 56116178125 65000
    8xlarge 111325552312 65000
    12xlarge 168715971994 65000
    16xlarge 225000375228 65000
    family m8g current - valkey,encryption,failover,snapshots,ipv6,durability,global
    large 7294178820 65000
    xlarge 15222495510 65000
    2xlarge 31866224640 65000
    4xlarge 65856864256 65000
    8xlarge 133838143488 65000
    12xlarge 201819422720 65000
    16xlarge 269800701952 65000
    family c1 previous 2.6.13 failover,snapshots
    xlarge 6501171200 65000
    family r3 previous 2.8.6 encryption,failover,snapshots
    large 14470348800 65000 1468006400
    xlarge 30513561600 65000 3040870400
    2xlarge 62495129600 65000 6081740800
    4xlarge 126458265600 65000 12268339200
    8xlarge 254384537600 65000 24536678400
    family r4 current 3.2.4 valkey,encryption,failover,snapshots
    large 13201781556 65000 1320178155
    xlarge 26898228839 65000 2689822883
    2xlarge 54197537997 65000 5419753799
    4xlarge 108858546586 65000 10885854658
    8xlarge 218255432090 65000
    16xlarge 437021573120 65000
    family r5 current 3.2.4 valkey,encryption,failover,snapshots,ipv6,global
    large 14037181030 65000
    xlarge 28261849702 65000
    2xlarge 56711183565 65000 5671118356
    4xlarge 113609865216 65000
    12xlarge 341206346547 65000
    24xlarge 682485973811 65000
    family r6g current 5.0.6 valkey,encryption,failover,snapshots,ipv6,durability,global
    large 14037181030 65000
    xlarge 28261849702 65000
    2xlarge 56711183565 65000 5671118356
    4xlarge 113609865216 65000
    8xlarge 225000375228 65000
    12xlarge 341206346547 65000
    16xlarge 450000750456 65000
    family r6gd current 6.2 valkey,encryption,failover,snapshots,tiering,ipv6,global
    xlarge 28261849702 65000
    2xlarge 56711183565 65000 5671118356
    4xlarge 113609865216 65000
    8xlarge 225000375228 65000
    12xlarge 341206346547 65000
    16xlarge 450000750456 65000
    family r7g current 6.2 valkey,encryption,failover,snapshots,ipv6,durability,global
    large 14037181030 65000
    xlarge 28261849702 65000
    2xlarge 56711183565 65000
    4xlarge 113609865216 65000
    8xlarge 225000375228 65000
    12xlarge 341206346547 65000
    16xlarge 450000750456 65000
    family r8g current - valkey,encryption,failover,snapshots,ipv6,durability,global
    large 15222495510 65000
    xlarge 31866224640 65000
    2xlarge 65856864256 65000
    4xlarge 133838143488 65000
    8xlarge 269800701952 65000
    12xlarge 405763260416 65000
    16xlarge 541725818880 65000
    family c7gn current 6.2 valkey,encryption,failover,snapshots,ipv6,durability,global
    large 3317862236 65000
    xlarge 6854542746 65000
    2xlarge 13891921715 65000
    4xlarge 27966669210 65000
    8xlarge 56116178125 65000
    12xlarge 84357985997 65000
    16xlarge 113609865216 65000
    family c8gn current - valkey,encryption,failover,snapshots,ipv6,durability,global
    large 3330020474 65000
    xlarge 7294178820 65000
    2xlarge 15222495510 65000
    4xlarge 31866224640 65000
    8xlarge 65856864256 65000
    12xlarge 99847503872 65000
    16xlarge 133838143488 65000
    """
